import { closeSync, openSync } from 'node:fs';

/** A file that this process holds open, and by which others can open it, whatever becomes of its name. */
export interface OpenFile extends Disposable {
  path: string;
}

export const openFile = (path: string): OpenFile => held(openSync(path, 'r'));

/** The same of a descriptor, which is its own from then on. */
export function held(descriptor: number): OpenFile {
  return {
    path: `/proc/${process.pid}/fd/${descriptor}`,
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}
