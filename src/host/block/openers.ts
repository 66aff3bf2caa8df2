import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../base/errors.ts';

/** A program that has a device open for writing. */
export interface Opener {
  path: string;
  pid: number;
  command: string;
}

/** Those of this user's programs, or of all where root asks, that have something of /dev open for writing. */
export function readOpeners(proc = '/proc'): Opener[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const paths = writtenBy(join(proc, pid));
      if (paths.size === 0) return [];
      const command = (tryTo(() => readFileSync(join(proc, pid, 'comm'), 'utf8')) ?? '').trim();
      return [...paths].map((path) => ({ path, pid: Number(pid), command }));
    });
}

/** What never is a disk, and is open everywhere. */
const others = /^\/dev\/(null|zero|full|u?random|tty|console|ptmx|pts\/|shm\/|kvm$|net\/|fuse$)/;

function writtenBy(process: string): Set<string> {
  const descriptors = tryTo(() => readdirSync(join(process, 'fd'))) ?? [];
  const paths = descriptors.flatMap((descriptor) => {
    const path = tryTo(() => readlinkSync(join(process, 'fd', descriptor)));
    if (!path?.startsWith('/dev/') || others.test(path)) return [];
    const info = tryTo(() => readFileSync(join(process, 'fdinfo', descriptor), 'utf8'));
    const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(info ?? '')?.[1] ?? '0', 8);
    return (flags & 0o3) === 0 ? [] : [path]; // O_WRONLY or O_RDWR
  });
  return new Set(paths);
}

/** Undefined where a process has ended, or is another user's. */
function tryTo<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error)) return undefined;
    throw error;
  }
}
