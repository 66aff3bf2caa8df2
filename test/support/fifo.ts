import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** A pipe in the place of whatever is there: who opens it to read waits for ever. */
export function makeFifo(path: string): void {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
}
