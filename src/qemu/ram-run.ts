/** Where the RAM of a block goes. Whole pages come in the order of the stream; of a page that comes twice the last counts. */
export interface RamSink {
  /** One page or several, good until this has ended. */
  write(offset: number, pages: Buffer): Promise<void> | void;
  /** Pages of zeroes. */
  zero(offset: number, length: number): Promise<void> | void;
}

export const pageSize = 4096;

/** Bytes, so that the sink hears of what comes while it comes. */
const longestZero = 2 ** 26;

/** Pages that follow each other, gathered until one comes that does not. */
export class RamRun {
  readonly #sink: RamSink;
  readonly #pages = Buffer.allocUnsafeSlow(256 * pageSize);
  #zero = false;
  #offset = 0;
  #length = 0;
  /** Bytes of all pages that came. */
  bytes = 0;

  constructor(sink: RamSink) {
    this.#sink = sink;
  }

  /** Whether the page at `offset` can be added as it is; flush otherwise. */
  takes(offset: number, zero: boolean): boolean {
    const follows = zero === this.#zero && offset === this.#offset + this.#length;
    return follows && this.#length < (zero ? longestZero : this.#pages.length);
  }

  addZero(): void {
    this.#length += pageSize;
    this.bytes += pageSize;
  }

  /** Adds the page that begins at `start` of `source`. */
  addPage(source: Buffer, start: number): void {
    source.copy(this.#pages, this.#length, start, start + pageSize);
    this.#length += pageSize;
    this.bytes += pageSize;
  }

  /** Gives what was gathered to the sink; the next page will be the one at `offset`. */
  async flush(offset: number, zero: boolean): Promise<void> {
    if (this.#length > 0 && this.#zero) await this.#sink.zero(this.#offset, this.#length);
    else if (this.#length > 0) await this.#sink.write(this.#offset, this.#pages.subarray(0, this.#length));
    this.#offset = offset;
    this.#zero = zero;
    this.#length = 0;
  }
}
