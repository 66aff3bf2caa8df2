import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { errnoOf, VivariumError } from '../base/errors.ts';

const zeroes = Buffer.alloc(2 ** 20);

/**
 * A new file that is written at any places, again and again; where nothing but zeroes was ever written it has holes
 * (those before the last byte that is not zero may be filled by zeroes that come after it). Writing blocks,
 * as handing thousands of small pieces to another thread would take longer than they do.
 */
export class SparsePages implements Disposable {
  readonly #file: string;
  readonly #descriptor: number;
  /** After this there are only holes. */
  #end = 0;

  /** @throws `disk-full`, a system error (EEXIST) */
  constructor(file: string, size: number) {
    this.#file = file;
    this.#descriptor = openSync(file, 'wx', 0o600);
    this.#check(() => ftruncateSync(this.#descriptor, size));
  }

  /** @throws `disk-full` */
  write(offset: number, pages: Buffer): void {
    this.#check(() => {
      for (let done = 0; done < pages.length; )
        done += writeSync(this.#descriptor, pages, done, pages.length - done, offset + done);
    });
    this.#end = Math.max(this.#end, offset + pages.length);
  }

  /** @throws `disk-full` */
  zero(offset: number, length: number): void {
    const end = Math.min(offset + length, this.#end);
    for (let at = offset; at < end; at += zeroes.length)
      this.write(at, zeroes.subarray(0, Math.min(zeroes.length, end - at)));
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  #check(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
      throw new VivariumError('disk-full', { path: this.#file, doing: 'writing it' }, { cause: error });
    }
  }
}
