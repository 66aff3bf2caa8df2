import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { typeBits, typeMask } from '../cpio-entry.ts';
import { type ByteName, systemPath, textOf } from './byte-name.ts';

/** What is kept of everything in a tree, as numbers. */
export const fields = [
  ...(['mode', 'size', 'uid', 'gid', 'mtimeMs', 'ctimeMs', 'ino', 'dev', 'rdev'] as const),
  /** How many names a file has; in the tree, once `hardLinks` has counted them. */
  'links',
  /** The number of the directory that it is in. */
  'parent',
  /** The number of what comes behind it and all that is in it. */
  'end',
] as const;

export type Field = (typeof fields)[number];

/** Numbers of one thing. */
export const width = fields.length;

export const at = Object.fromEntries(fields.map((field, index) => [field, index])) as Record<Field, number>;

/**
 * A directory, which has the number 0, and all that is in it: each behind its directory, the names in one directory
 * in the order of their bytes. It is kept in few large pieces, as there may be many things.
 */
export interface Scan {
  count: number;
  /** The last part of each path; the root's is ''. */
  names: ByteName[];
  numbers: Float64Array;
  /** The number of each in an older scan; -1 where it was not there. */
  old: number[];
}

/** Whether a path below the root is left out, with all that is in it where it is a directory. */
export type Excluded = (path: ByteName, directory: boolean) => boolean;

/** An older scan of the same tree. */
export interface OldScan extends Pick<Scan, 'count' | 'names' | 'numbers'> {}

export const fieldOf = ({ numbers }: Pick<Scan, 'numbers'>, number: number, field: Field): number =>
  numbers[number * width + at[field]] as number;

export const typeOf = (scan: Pick<Scan, 'numbers'>, number: number): number =>
  fieldOf(scan, number, 'mode') & typeMask;

/** Below the root, which itself has ''. */
export function pathOf(scan: Pick<Scan, 'names' | 'numbers'>, number: number): ByteName {
  const parent = fieldOf(scan, number, 'parent');
  const name = scan.names[number] as ByteName;
  return parent === 0 ? name : `${pathOf(scan, parent)}/${name}`;
}

/** Whether something has not been touched: neither its content nor what is said of it. */
export function isUntouched(now: Scan, number: number, old: OldScan, oldNumber: number): boolean {
  const [a, b] = [number * width, oldNumber * width];
  for (let field = 0; field <= at.links; field++) {
    if (now.numbers[a + field] !== old.numbers[b + field]) return false;
  }
  return true;
}

/**
 * Looks at a tree. Links are not followed.
 * @param old directories that are untouched since have the same names in them, and are not read
 * @throws `file-missing` for what cannot be read, `interrupted`
 */
export function scanTree(scope: Scope, root: ByteName, excluded?: Excluded, old?: OldScan): Scan {
  const scan: Scan = { count: 0, names: [], numbers: new Float64Array(1024 * width), old: [] };
  const add = (name: ByteName, stats: Stats, parent: number, oldNumber: number): number => {
    const number = scan.count++;
    put(scan, number, stats, parent);
    scan.names.push(name);
    scan.old.push(oldNumber);
    return number;
  };
  const walk = (directory: ByteName, prefix: ByteName, number: number): void => {
    scope.check();
    const oldNumber = scan.old[number] as number;
    const oldEnd = old && oldNumber >= 0 ? fieldOf(old, oldNumber, 'end') : 0;
    let child = oldNumber + 1;
    const visit = (name: ByteName, was: number) => {
      const file = `${directory}/${name}`;
      const stats = look(file);
      const isDirectory = (stats.mode & typeMask) === typeBits.directory;
      if (excluded?.(prefix + name, isDirectory)) return;
      const own = add(name, stats, number, was);
      if (isDirectory) walk(file, `${prefix}${name}/`, own);
      scan.numbers[own * width + at.end] = scan.count;
    };
    if (old && oldNumber >= 0 && isUntouched(scan, number, old, oldNumber)) {
      for (; child < oldEnd; child = fieldOf(old, child, 'end')) visit(old.names[child] as ByteName, child);
      return;
    }
    for (const name of namesIn(directory)) {
      while (old && child < oldEnd && (old.names[child] as ByteName) < name)
        child = fieldOf(old, child, 'end');
      visit(name, child < oldEnd && old?.names[child] === name ? child : -1);
    }
  };
  const stats = look(root);
  add('', stats, 0, old ? 0 : -1);
  if (stats.isDirectory()) walk(root, '', 0);
  scan.numbers[at.end] = scan.count;
  return scan;
}

function put(scan: Scan, number: number, stats: Stats, parent: number): void {
  const from = number * width;
  if (from === scan.numbers.length) {
    const larger = new Float64Array(from * 2);
    larger.set(scan.numbers);
    scan.numbers = larger;
  }
  const { numbers } = scan;
  numbers[from + at.mode] = stats.mode;
  numbers[from + at.size] = stats.size;
  numbers[from + at.uid] = stats.uid;
  numbers[from + at.gid] = stats.gid;
  numbers[from + at.mtimeMs] = stats.mtimeMs;
  numbers[from + at.ctimeMs] = stats.ctimeMs;
  numbers[from + at.ino] = stats.ino;
  numbers[from + at.dev] = stats.dev;
  numbers[from + at.rdev] = stats.rdev;
  numbers[from + at.links] = stats.nlink;
  numbers[from + at.parent] = parent;
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
