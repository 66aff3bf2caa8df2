import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { errnoOf, VivariumError } from '../base/errors.ts';

/** A lock that is held until it is disposed or this process ends, however it ends. */
export interface Lock extends Disposable {
  /** What has it: a child that inherits this holds the lock too, for as long as it lives. */
  readonly descriptor: number;
  /** Whether it is held, and the path still names what was locked (which may have been renamed or removed). */
  current(): boolean;
}

export interface LockOptions {
  /** Milliseconds to wait for whoever holds it; 0 tries once. */
  wait: number;
  /** Another may hold it too, in the same way. */
  shared?: boolean;
}

/**
 * Locks a file or directory by flock(2), as runsv and qemu-img do. The lock belongs to an open descriptor of
 * this process, so that the kernel lets it go when the process is killed, and no lock file is left behind.
 * Node has no flock of its own: flock(1) locks the descriptor that it inherits and leaves.
 * @returns undefined where somebody else holds it
 * @throws `tool-missing`; a system error (`ENOENT`) where `path` cannot be opened
 */
export async function lock(path: string, { wait, shared = false }: LockOptions): Promise<Lock | undefined> {
  const descriptor = openSync(path, 'r');
  try {
    const patience = wait > 0 ? ['-w', String(wait / 1000)] : ['-n'];
    const child = spawn('flock', [shared ? '-s' : '-x', ...patience, '3'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 0) {
      let held = true;
      return {
        descriptor,
        current: () => held && sameFile(descriptor, path),
        [Symbol.dispose]: () => {
          if (held) closeSync(descriptor); // not twice: by then the number may be another file's
          held = false;
        },
      };
    }
  } catch (error) {
    closeSync(descriptor);
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new VivariumError('tool-missing', { tool: 'flock', purpose: 'to lock a machine or an image' });
  }
  closeSync(descriptor);
  return undefined;
}

function sameFile(descriptor: number, path: string): boolean {
  const held = fstatSync(descriptor);
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino === held.ino && there.dev === held.dev;
}
