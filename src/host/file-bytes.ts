import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** A file that is open for reading anywhere. */
export interface FileBytes extends Disposable {
  descriptor: number;
  stats: Stats;
  size: number;
  /** The bytes from `offset` on; fewer than `length` where the file ends before. */
  at(offset: number, length: number): Buffer;
}

/** Opens what is there without waiting, even for a FIFO that nobody writes to; `stats` tell what it is. */
export function openBytes(file: string | Buffer): FileBytes {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = fstatSync(descriptor);
  const { size } = stats;
  return {
    descriptor,
    stats,
    size,
    at: (offset, length) => {
      if (!(offset >= 0 && offset < size)) return Buffer.alloc(0);
      const bytes = Buffer.alloc(Math.min(length, size - offset));
      let filled = 0;
      while (filled < bytes.length) {
        const read = readSync(descriptor, bytes, filled, bytes.length - filled, offset + filled);
        if (read === 0) break;
        filled += read;
      }
      return bytes.subarray(0, filled);
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}
