import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { errnoOf } from '../../base/errors.ts';

/** How a file of a source is found: it may still come (`missing`), be somebody else's (`closed`), or be no file. */
export type Look = 'usable' | 'missing' | 'closed' | 'wrong';

/** Looks at a file, or a device of the host. */
export function lookAtFile(path: string, { write = false } = {}): Look {
  return look(path, (found) => found.isFile() || found.isBlockDevice(), write);
}

export function lookAtDirectory(path: string): Look {
  return look(path, (found) => found.isDirectory(), false);
}

function look(path: string, isRight: (found: Stats) => boolean, write: boolean): Look {
  try {
    if (!isRight(statSync(path))) return 'wrong';
    accessSync(path, write ? constants.R_OK | constants.W_OK : constants.R_OK);
    return 'usable';
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return 'missing';
    return ['EACCES', 'EPERM', 'EROFS'].includes(errno) ? 'closed' : 'wrong';
  }
}
