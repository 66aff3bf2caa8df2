import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** What is appended to a file, as it comes. */
export interface Followed extends Disposable {
  /** What has been written since the last call; empty as long as the file is not there. */
  news(): string;
}

/** @param from where to begin: at the file's end as it is now, or at its beginning */
export function followFile(path: string, from: 'end' | 'beginning'): Followed {
  const buffer = Buffer.alloc(65_536);
  let at = from === 'end' ? (statSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0;
  let file: number | undefined;
  return {
    news: () => {
      if (file === undefined && statSync(path, { throwIfNoEntry: false })) file = openSync(path, 'r');
      if (file === undefined) return '';
      const length = readSync(file, buffer, 0, buffer.length, at);
      at += length;
      return buffer.toString('latin1', 0, length);
    },
    [Symbol.dispose]: () => {
      if (file !== undefined) closeSync(file);
    },
  };
}
