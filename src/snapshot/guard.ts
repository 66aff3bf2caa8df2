import { spawn } from 'node:child_process';
import { packageFile } from '../host/package-files.ts';
import type { Machine } from '../machine/machine.ts';

/**
 * Has somebody look after a guest that is about to stand still: should this process be killed before the guard is
 * disposed of, the guest goes on (see share/snapshot/guard.sh).
 */
export function guard({ directory }: Machine): Disposable {
  const script = packageFile('share/snapshot/guard.sh');
  const child = spawn('sh', [script], {
    cwd: directory,
    detached: true, // it must not be killed together with this process's group
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => {}); // no process to be had: then there is no guard
  child.stdin.on('error', () => {});
  child.unref();
  return { [Symbol.dispose]: () => void child.stdin.end('done\n') };
}
