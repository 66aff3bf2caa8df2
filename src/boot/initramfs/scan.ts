import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { typeBits, typeMask } from '../cpio-entry.ts';
import { type ByteName, systemPath, textOf } from './byte-name.ts';
import type { Excluded } from './exclude.ts';

/** Something in a tree. */
export interface Found {
  /** Below the tree's root. */
  path: ByteName;
  stats: Stats;
}

/**
 * Looks at all that is in a directory: each behind its directory, the names in one directory in the order of their
 * bytes. Links are not followed.
 * @throws `file-missing` for what cannot be read, `interrupted`
 */
export function scanTree(scope: Scope, root: ByteName, excluded?: Excluded): Found[] {
  const found: Found[] = [];
  const walk = (directory: ByteName, prefix: ByteName): void => {
    scope.check();
    for (const name of namesIn(directory)) {
      const [file, path] = [`${directory}/${name}`, prefix + name];
      const stats = look(file);
      const isDirectory = (stats.mode & typeMask) === typeBits.directory;
      if (excluded?.(textOf(path).text, isDirectory)) continue;
      found.push({ path, stats });
      if (isDirectory) walk(file, `${path}/`);
    }
  };
  walk(root, '');
  return found;
}

function namesIn(directory: ByteName): ByteName[] {
  try {
    return readdirSync(systemPath(directory), 'latin1').sort();
  } catch (error) {
    throw unreadable(error, directory, 'The directory');
  }
}

function look(file: ByteName): Stats {
  try {
    return lstatSync(systemPath(file));
  } catch (error) {
    throw unreadable(error, file, 'The file');
  }
}

function unreadable(error: unknown, file: ByteName, what: string): unknown {
  if (!errnoOf(error)) return error;
  return new VivariumError('file-missing', { file: textOf(file).text, what }, { cause: error });
}
