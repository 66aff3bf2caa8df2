const blockSize = 32_768;

/**
 * The last bytes of a stream that has no end, for any number of readers: each has a place of its own in it. What they
 * read is not copied for them, and it stays as it is.
 */
export class Backlog {
  readonly #most: number;
  /** The last one is filled as far as `end`; those before it are full. */
  readonly #blocks: Buffer[] = [];
  #first = 0;
  #end = 0;

  /** @param limit bytes that are kept at least */
  constructor(limit: number) {
    this.#most = Math.ceil(limit / blockSize) + 1;
  }

  /** The oldest place that can be read, and the place of the next byte to come; the first byte of all was at 0. */
  get start(): number {
    return this.#first * blockSize;
  }

  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const used = this.#end % blockSize;
      if (used === 0) this.#addBlock();
      const piece = bytes.subarray(from, from + blockSize - used);
      this.#blocks.at(-1)?.set(piece, used);
      this.#end += piece.length;
      from += piece.length;
    }
  }

  #addBlock(): void {
    this.#blocks.push(Buffer.allocUnsafeSlow(blockSize));
    if (this.#blocks.length <= this.#most) return;
    this.#blocks.shift();
    this.#first++;
  }

  /** Some of the bytes from `place` on; there must be any. */
  read(place: number): Uint8Array {
    const number = Math.floor(place / blockSize);
    const block = this.#blocks[number - this.#first];
    if (!block || place >= this.#end) throw new RangeError(`nothing is kept of ${place}`);
    return block.subarray(place % blockSize, Math.min(blockSize, this.#end - number * blockSize));
  }
}
