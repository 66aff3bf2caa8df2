import { MigrationStreamFault } from './migration-fault.ts';

const longestText = 2 ** 16;
const nothing = Buffer.alloc(0);

/**
 * Reads a stream field by field. What was read goes on to `to`, but for what `leaveOut` names; the chunks are passed
 * on as they are and not copied.
 */
export class MigrationBytes {
  readonly #from: AsyncIterator<Buffer>;
  readonly #to: (chunk: Buffer) => Promise<void> | void;
  /** Begins with what is not read, or not passed on, yet. */
  buffer: Buffer = nothing;
  /** Where reading is in `buffer`. */
  at = 0;
  /** Bytes of `buffer` that have been passed on or left out. */
  #done = 0;
  /** What comes after `buffer`. */
  #next: Buffer = nothing;

  constructor(from: AsyncIterable<Buffer>, to: (chunk: Buffer) => Promise<void> | void) {
    this.#from = from[Symbol.asyncIterator]();
    this.#to = to;
  }

  /** Makes `length` bytes lie in `buffer` from `at` on, both of which may become others. @throws MigrationStreamFault */
  async need(length: number): Promise<void> {
    while (this.buffer.length - this.at < length) {
      await this.#pass(this.at);
      const rest = this.buffer.subarray(this.at);
      const next = this.#next.length > 0 ? this.#next : await this.#read();
      if (!next) throw new MigrationStreamFault('ends early');
      // Only what is asked for is joined, lest every chunk be copied for the few bytes that the last one left.
      const taken = rest.length > 0 ? next.subarray(0, length - rest.length) : next;
      this.buffer = rest.length > 0 ? Buffer.concat([rest, taken]) : taken;
      this.#next = next.subarray(taken.length);
      this.at = 0;
      this.#done = 0;
    }
  }

  async byte(): Promise<number> {
    await this.need(1);
    return this.buffer.readUInt8(this.at++);
  }

  async be16(): Promise<number> {
    await this.need(2);
    this.at += 2;
    return this.buffer.readUInt16BE(this.at - 2);
  }

  async be32(): Promise<number> {
    await this.need(4);
    this.at += 4;
    return this.buffer.readUInt32BE(this.at - 4);
  }

  /** @throws MigrationStreamFault beyond 2 ** 53 */
  async be64(): Promise<number> {
    const value = (await this.be32()) * 2 ** 32 + (await this.be32());
    if (!Number.isSafeInteger(value)) throw new MigrationStreamFault(`has the number ${value}`);
    return value;
  }

  /** Text after a byte with its length. */
  async name(): Promise<string> {
    return await this.text(await this.byte());
  }

  /** @throws MigrationStreamFault where it is longer than any that QEMU writes */
  async text(length: number): Promise<string> {
    if (length > longestText) throw new MigrationStreamFault(`has a text of ${length} bytes`);
    await this.need(length);
    this.at += length;
    return this.buffer.toString('latin1', this.at - length, this.at);
  }

  /** Passes on what was read before `start`, and leaves out what was read since. */
  async leaveOut(start: number): Promise<void> {
    if (start > this.#done) await this.#pass(start);
    this.#done = this.at;
  }

  /** Passes on what was read, and then `bytes`, which are not in the stream. */
  async insert(bytes: Buffer): Promise<void> {
    await this.#pass(this.at);
    await this.#to(bytes);
  }

  /** Passes on all that is left. */
  async passRest(): Promise<void> {
    this.at = this.buffer.length;
    await this.#pass(this.at);
    if (this.#next.length > 0) await this.#to(this.#next);
    for (let chunk = await this.#read(); chunk; chunk = await this.#read()) await this.#to(chunk);
  }

  /** Lets whoever writes the stream know that nobody reads it any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#from.return?.();
  }

  /** The next chunk that has something, or undefined at the end. */
  async #read(): Promise<Buffer | undefined> {
    for (;;) {
      const { value, done } = await this.#from.next();
      if (done) return undefined;
      if (value.length > 0) return value;
    }
  }

  async #pass(end: number): Promise<void> {
    const bytes = this.buffer.subarray(this.#done, end);
    this.#done = end;
    if (bytes.length > 0) await this.#to(bytes);
  }
}
