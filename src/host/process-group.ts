import type { ChildProcess } from 'node:child_process';
import { errnoOf } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';

/** The leaders of the groups that run now: they end with this process. */
const running = new Set<number>();
process.on('exit', () => running.forEach(killGroup));

export interface ProcessGroup extends Disposable {
  /** Kills the process with all that it has started, as the end of the scope does. */
  kill(): void;
}

/** The group of a process that was started `detached`, which makes it the leader of one. Dispose of it at its end. */
export function groupOf(scope: Scope, { pid = 0 }: ChildProcess): ProcessGroup {
  if (pid > 0) running.add(pid); // 0: it could not be started
  const kill = () => pid > 0 && running.has(pid) && killGroup(pid);
  scope.signal.addEventListener('abort', kill);
  return {
    kill,
    [Symbol.dispose]: () => {
      running.delete(pid);
      scope.signal.removeEventListener('abort', kill);
    },
  };
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error; // all of it has ended
  }
}
