import { type Dirent, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { RecipeSpec } from '../protocol/recipe-spec.ts';
import type { TreeFile } from './tree-files.ts';

/**
 * The files that a recipe names, directories with all that is in them, in an order that is always the same.
 * @param recipe the recipe's own file, beside which they are looked for
 * @throws `file-missing`
 */
export function recipeFiles(recipe: string, files: RecipeSpec['files']): TreeFile[] {
  return files.flatMap(({ from, to, mode, owner }) => {
    const source = resolve(dirname(recipe), from);
    const stats = statSync(source, { throwIfNoEntry: false });
    const path = to.endsWith('/') ? posix.join(to, basename(source)) : to;
    const as = { mode: mode === undefined ? undefined : Number.parseInt(mode, 8), owner };
    if (stats?.isFile()) return [fileAt(source, path, stats, as)];
    if (stats?.isDirectory()) return [directoryAt(path, stats, owner), ...contentOf(source, path, as)];
    throw new VivariumError('file-missing', { file: source, what: `Of ${recipe}, the file` });
  });
}

interface As {
  mode: number | undefined;
  owner: string | undefined;
}

function contentOf(directory: string, path: string, as: As): TreeFile[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) =>
    entryAt(entry, join(directory, entry.name), posix.join(path, entry.name), as),
  );
}

/** Sockets, devices and the like have no place in an image. */
function entryAt(entry: Dirent, source: string, path: string, as: As): TreeFile[] {
  if (entry.isSymbolicLink()) {
    const content = Buffer.from(readlinkSync(source));
    return [{ kind: 'link', path: named(path), mode: 0o777, owner: as.owner, content }];
  }
  const stats = statSync(source);
  if (entry.isDirectory()) return [directoryAt(path, stats, as.owner), ...contentOf(source, path, as)];
  return entry.isFile() ? [fileAt(source, path, stats, as)] : [];
}

function fileAt(file: string, path: string, { mode }: Stats, as: As): TreeFile {
  const content = { file };
  return { kind: 'file', path: named(path), mode: as.mode ?? mode & 0o777, owner: as.owner, content };
}

function directoryAt(path: string, { mode }: Stats, owner: string | undefined): TreeFile {
  return { kind: 'directory', path: named(path), mode: mode & 0o777, owner, content: Buffer.alloc(0) };
}

/** The names that configure.sh is given are lines of a list. */
function named(path: string): string {
  if (!/[\u0000-\u001f\u007f]/.test(path)) return path;
  throw new VivariumError('file-missing', { file: path, what: 'With such a name, the file' });
}
