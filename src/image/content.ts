import { renameSync, statSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { fileChunks } from '../host/file-chunks.ts';
import { cloneFile, writeSparse } from '../host/sparse-file.ts';
import { checkDisk, convertDisk } from '../qemu/disk-image.ts';
import { readQcow2 } from '../qemu/qcow2.ts';
import type { DiskFormat } from './detect.ts';
import { diskFiles, isoFile } from './files.ts';
import { type AskedFormat, type Found, look } from './look.ts';
import type { Content, Manifest } from './manifest.ts';
import { writeOverlay } from './overlay.ts';
import { unwrap } from './unwrap.ts';

/** A file that is to be made into an image. */
export interface Source {
  file: string;
  /** Names it in errors and steps. */
  label: string;
  /** Nobody else writes to it: it may be linked to instead of being copied. */
  ours: boolean;
}

/** What is known of a disk and cannot be seen in it; undefined where it is not. */
export interface DiskFacts {
  format?: AskedFormat | undefined;
  user?: string | undefined;
  seed?: 'cloud-init' | 'none' | undefined;
}

/** The disk that a machine gets, where the guest makes its file system as large as the disk by itself. */
const roomyDisk = 20 * 2 ** 30;

/** An image in an archive in an archive is somebody's joke. */
const mostWrappings = 4;

/**
 * Makes what `source` holds into the files of an image: unwraps it, says by its content what it is, refuses what is
 * unsafe or damaged, and keeps a qcow2, raw or ISO file as it is, while any other disk becomes qcow2. All of that is
 * done with a copy that nobody else writes to.
 * @param directory where the image `name` is being made
 * @throws `not-an-image`, `image-unsafe`, `image-unreadable`, `file-missing`, `tool-missing`, `disk-full`
 */
export async function fillFrom(
  scope: Scope,
  directory: string,
  source: Source,
  { name, facts, origin }: { name: string; facts: DiskFacts; origin: Manifest['source'] },
): Promise<Content> {
  let { file, label } = source;
  let copied = false;
  for (let wrappings = 0; ; ) {
    const found = look(file, label, facts.format);
    const next = join(directory, `source.${wrappings}`);
    if (found.is === 'wrapped') {
      if (wrappings++ === mostWrappings) {
        throw new VivariumError('image-unreadable', { file: label, problem: 'it is wrapped too many times' });
      }
      label = await unwrap(scope, { from: file, to: next, wrapping: found.in, label });
      if (copied) await rm(file);
      file = next;
    } else if (copied) {
      return await settle(scope, directory, { file, label, found }, { name, facts, origin });
    } else {
      file = join(directory, 'source');
      await take(scope, source, file);
    }
    copied = true; // and is looked at again, as what it is now
  }
}

async function settle(
  scope: Scope,
  directory: string,
  { file, label, found }: { file: string; label: string; found: Exclude<Found, { is: 'wrapped' }> },
  { name, facts, origin }: { name: string; facts: DiskFacts; origin: Manifest['source'] },
): Promise<Content> {
  if (found.is === 'iso') {
    renameSync(file, join(directory, isoFile));
    return { kind: 'iso', source: origin, files: { iso: isoFile } };
  }
  const format = found.format === 'raw' ? 'raw' : 'qcow2';
  const disk = diskFiles[format];
  await readable(label, async () => {
    await checkDisk(scope, { file, format: found.format });
    await placeDisk(scope, { file, label, format: found.format }, join(directory, disk));
  });
  const minimum = diskSize(join(directory, disk), format);
  if (facts.seed === undefined) {
    scope.warn(
      `It is not known whether cloud-init sets up ${label} at its first boot: taken not to. If it does: --cloud-init`,
    );
  }
  const size = facts.seed === 'cloud-init' ? Math.max(minimum, roomyDisk) : minimum;
  const overlay = await writeOverlay(scope, directory, { name, disk, format, size });
  return {
    kind: 'disk',
    format,
    size,
    minimum,
    user: facts.user,
    seed: facts.seed ?? 'none',
    source: origin,
    files: { disk, overlay },
  };
}

async function placeDisk(
  scope: Scope,
  { file, label, format }: { file: string; label: string; format: DiskFormat },
  to: string,
): Promise<void> {
  if (format === 'raw' || format === 'qcow2') {
    renameSync(file, to);
    return;
  }
  const of = statSync(file).size;
  const text = `Converting ${label} from ${format} to qcow2`;
  scope.step(text);
  await convertDisk(scope, { file, format }, to, (part) => scope.step(text, { done: part * of, of }));
  await rm(file);
}

/** Bytes that the guest sees: whole sectors. */
function diskSize(file: string, format: 'qcow2' | 'raw'): number {
  const bytes = format === 'qcow2' ? (readQcow2(file)?.size ?? 0) : statSync(file).size;
  return Math.ceil(bytes / 512) * 512;
}

/** A link or a clone where the file system can, which takes no time; else a copy with holes. */
async function take(scope: Scope, { file, label, ours }: Source, to: string): Promise<void> {
  if (ours) {
    try {
      return await link(file, to);
    } catch (error) {
      if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error;
    }
  }
  if (await cloneFile(file, to)) return;
  const text = `Copying ${label}`;
  const of = statSync(file).size;
  const told = (done: number) => scope.step(text, { done, of });
  await writeSparse(fileChunks(file, { signal: scope.signal, told }), to);
}

/** What qemu-img finds wrong with a disk is an error of the disk. */
async function readable(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isVivariumError(error, 'command-failed')) throw error;
    const problem = 'it is damaged or cut off';
    throw new VivariumError(
      'image-unreadable',
      { file, problem, said: error.details.said.slice(-3) },
      { cause: error },
    );
  }
}
