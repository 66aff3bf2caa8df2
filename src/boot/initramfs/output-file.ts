import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import { isAbandoned, temporaryName } from '../../host/atomic-file.ts';
import { asUnwritable } from '../../host/unwritable.ts';
import { type ByteName, byteName } from './byte-name.ts';
import type { Excluded } from './scan.ts';

/** A file that is to be written whole, or not at all. */
export interface OutputFile {
  /** Absolute, without links. */
  path: string;
  /** Where it is written until it is complete; the file itself where that is a device or a pipe. */
  temporary: string;
}

/** Finds where `file` leads to. What killed processes have left there is removed. @throws `file-unwritable` */
export function outputFile(file: string): OutputFile {
  try {
    const path = realPathOf(file);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory())
      throw new VivariumError('file-unwritable', { file, problem: 'it is a directory' });
    if (stats && !stats.isFile()) return { path, temporary: path };
    for (const name of readdirSync(dirname(path))) {
      if (isTemporaryOf(path, name) && isAbandoned(name)) rmSync(join(dirname(path), name), { force: true });
    }
    return { path, temporary: temporaryName(path) };
  } catch (error) {
    throw asUnwritable(error, file);
  }
}

/** The file need not be there yet, its directory has to be. */
function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return join(realpathSync(dirname(resolve(file))), basename(file));
  }
}

const isTemporaryOf = (path: string, name: string): boolean =>
  name.startsWith(`.${basename(path)}.`) && name.endsWith('.tmp');

/** Leaves a file out of a tree that it lies in, with what it is written to. */
export function excludingOutput(root: string, { path }: OutputFile): Excluded | undefined {
  const prefix = root === '/' ? '/' : `${root}/`;
  if (!path.startsWith(prefix)) return undefined;
  const own: ByteName = byteName(path.slice(prefix.length));
  const directory = own.slice(0, own.lastIndexOf('/') + 1);
  const temporary = `${directory}.${own.slice(directory.length)}.`;
  return (found, isDirectory) =>
    !isDirectory && (found === own || (found.startsWith(temporary) && found.endsWith('.tmp')));
}
