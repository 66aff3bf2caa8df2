import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** All that a build says, kept as it comes. */
export interface BuildLog extends Disposable {
  file: string;
  line: (text: string) => void;
}

/** Begins a log anew. */
export function openBuildLog(file: string): BuildLog {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  return {
    file,
    line: (text) => {
      writeSync(descriptor, `${text}\n`);
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}
