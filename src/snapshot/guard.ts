import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Lock } from '../host/lock.ts';
import { packageFile } from '../host/package-files.ts';
import type { Machine } from '../machine/machine.ts';

/**
 * Has somebody look after a guest that is about to stand still: should this process be killed before the guard is
 * disposed of, the guest goes on if it `ran` before (see share/snapshot/guard.sh). The guard holds the machine's lock
 * as well, so that whoever comes next finds the guest as it was: when it is disposed of, it has let that go.
 */
export function guard({ directory }: Machine, held: Lock, ran: boolean): AsyncDisposable {
  const script = packageFile('share/snapshot/guard.sh');
  const child = spawn('sh', [script, ran ? 'ran' : 'stood'], {
    cwd: directory,
    detached: true, // it must not be killed together with this process's group
    stdio: ['pipe', 'ignore', 'ignore', held.descriptor],
  });
  const ended = once(child, 'exit').catch(() => {}); // no process to be had: then there is no guard
  child.stdin?.on('error', () => {});
  child.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      child.ref();
      child.stdin?.end('done\n');
      await ended;
    },
  };
}
