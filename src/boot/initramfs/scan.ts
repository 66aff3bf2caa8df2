import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { typeBits, typeMask } from '../cpio-entry.ts';
import { type ByteName, systemPath, textOf } from './byte-name.ts';

/** Something in a tree. */
export interface Found {
  /** Below the tree's root, which itself has ''. */
  path: ByteName;
  stats: Stats;
  /** The number of what comes behind it and all that is in it. */
  end: number;
  /** Its number in an older scan, where it was there. */
  old: number | undefined;
}

/** Whether a path below the tree's root is left out, with all that is in it where it is a directory. */
export type Excluded = (path: ByteName, directory: boolean) => boolean;

/** An older scan of the same tree. */
export interface OldScan {
  /** The last parts of the paths, by number: 0 is the root. */
  names: readonly ByteName[];
  /** The number of what comes behind something and all that is in it. */
  end(number: number): number;
  /** Whether a directory surely still holds the same names. */
  sameNames(number: number, stats: Stats): boolean;
}

/**
 * Looks at a directory and all that is in it: each behind its directory, the names in one directory in the order of
 * their bytes. Links are not followed.
 * @throws `file-missing` for what cannot be read, `interrupted`
 */
export function scanTree(scope: Scope, root: ByteName, excluded?: Excluded, old?: OldScan): Found[] {
  const all: Found[] = [];
  const add = (file: ByteName, path: ByteName, stats: Stats, number: number | undefined): void => {
    const found: Found = { path, stats, end: 0, old: number };
    all.push(found);
    if (isDirectory(stats)) walk(file, path === '' ? '' : `${path}/`, stats, number);
    found.end = all.length;
  };
  const walk = (directory: ByteName, prefix: ByteName, stats: Stats, number: number | undefined): void => {
    scope.check();
    const known = number === undefined ? [] : childrenOf(old as OldScan, number);
    const same = number !== undefined && old?.sameNames(number, stats);
    const names = same ? known.map(([name]) => name) : namesIn(directory);
    let next = 0;
    for (const name of names) {
      while (next < known.length && (known[next]?.[0] as ByteName) < name) next++;
      const child = known[next]?.[0] === name ? known[next]?.[1] : undefined;
      const [file, path] = [`${directory}/${name}`, prefix + name];
      const stats = look(file);
      if (!excluded?.(path, isDirectory(stats))) add(file, path, stats, child);
    }
  };
  add(root, '', look(root), old && 0);
  return all;
}

const isDirectory = ({ mode }: Stats): boolean => (mode & typeMask) === typeBits.directory;

/** What was in a directory, in order: the name, and its number. */
function childrenOf(old: OldScan, directory: number): [ByteName, number][] {
  const children: [ByteName, number][] = [];
  const end = old.end(directory);
  for (let child = directory + 1; child < end; child = old.end(child)) {
    children.push([old.names[child] as ByteName, child]);
  }
  return children;
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
