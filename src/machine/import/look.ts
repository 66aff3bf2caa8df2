import { accessSync, constants, statSync } from 'node:fs';
import { errnoOf } from '../../base/errors.ts';

/** Whether a file of a source can be used: `missing` is told apart, for it may still come. */
export type Look = 'usable' | 'missing' | { why: string };

/** Looks at a file, or a device of the host. */
export function lookAtFile(path: string, { write = false } = {}): Look {
  return look(path, (stats) => (stats.isFile() || stats.isBlockDevice() ? undefined : 'is no file'), write);
}

export function lookAtDirectory(path: string): Look {
  return look(path, (stats) => (stats.isDirectory() ? undefined : 'is no directory'), false);
}

type Stats = NonNullable<ReturnType<typeof statSync>>;

function look(path: string, problemOf: (stats: Stats) => string | undefined, write: boolean): Look {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return 'missing';
    const problem = problemOf(stats as Stats);
    if (problem !== undefined) return { why: problem };
    accessSync(path, write ? constants.R_OK | constants.W_OK : constants.R_OK);
    return 'usable';
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    if (errno === 'ENOTDIR') return 'missing';
    if (errno !== 'EACCES' && errno !== 'EPERM' && errno !== 'EROFS')
      return { why: `cannot be looked at (${errno})` };
    return { why: write ? 'is not yours to read and write' : 'is not yours to read' };
  }
}
