import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

let count = 0;

/**
 * A pipe of the kernel. Node's own `stdio: 'pipe'` is a pair of sockets, which QEMU cannot open as /dev/stdout.
 * @returns descriptors; `output` does not block where there is nothing to read
 */
export function openPipe(directory: string): { input: number; output: number } & Disposable {
  const path = join(directory, `pipe${count++}`);
  execFileSync('mkfifo', [path]);
  const output = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const input = openSync(path, constants.O_WRONLY);
  rmSync(path);
  return {
    input,
    output,
    [Symbol.dispose]: () => {
      closeSync(input);
      closeSync(output);
    },
  };
}
