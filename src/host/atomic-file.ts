import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { bootId, identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

let counter = 0;
let own: ProcessIdentity | undefined;

/**
 * A name beside `path` that nothing else uses: it tells whose it is. Hidden, so that neither `list` nor runsvdir
 * looks at it.
 */
export function temporaryName(path: string): string {
  own ??= identityOf(process.pid);
  return join(dirname(path), `.${basename(path)}.${process.pid}.${own?.started}.${counter++}.tmp`);
}

/** The process that made a `temporaryName` in this boot of the host; undefined for any other name. */
export function temporaryOwner(name: string): ProcessIdentity | undefined {
  const [, pid, started = ''] = /\.(\d+)\.(\d+)\.\d+\.tmp$/.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), started, boot: bootId() };
}

/** Whether a name is a `temporaryName` whose process has ended: what it names is nobody's. */
export function isAbandoned(name: string): boolean {
  const owner = name.startsWith('.') ? temporaryOwner(name) : undefined;
  return owner !== undefined && !isAlive(owner);
}

export interface WriteOptions {
  mode?: number;
  /** Survives a crash of the host, too; not worth its milliseconds for what can be made again. */
  durable?: boolean;
}

/**
 * Writes a file so that readers, and whoever comes after a crash, see the old content or the new, whole.
 * @throws `disk-full`; the old content stays
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  { mode = 0o644, durable = true }: WriteOptions = {},
): void {
  const temporary = temporaryName(path);
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      if (durable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT') {
      throw new VivariumError('disk-full', { path, doing: 'writing it' }, { cause: error });
    }
    throw error;
  }
  if (durable) syncDirectory(dirname(path));
}

/** Makes the entries of a directory (renames, new files) survive a crash of the host. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
