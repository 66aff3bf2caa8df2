import { renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { checkDisk, convertDisk } from '../qemu/disk-image.ts';
import { readQcow2 } from '../qemu/qcow2.ts';
import type { DiskFormat } from './detect.ts';
import { diskFiles } from './files.ts';
import type { AskedFormat } from './look.ts';
import type { Content, Manifest } from './manifest.ts';
import { writeOverlay } from './overlay.ts';

/** What is known of a disk and cannot be seen in it; undefined where it is not. */
export interface DiskFacts {
  format?: AskedFormat | undefined;
  user?: string | undefined;
  seed?: 'cloud-init' | 'none' | undefined;
}

/** What is said of an image beside the file that it is made of. */
export interface About {
  name: string;
  facts: DiskFacts;
  /** Where it comes from. */
  origin: Manifest['source'];
}

interface FoundDisk {
  file: string;
  /** Names it in errors and steps. */
  label: string;
  format: DiskFormat;
}

/** The disk that a machine gets, where the guest makes its file system as large as the disk by itself. */
const roomyDisk = 20 * 2 ** 30;

/**
 * Makes a disk that has been looked at into the files of an image: itself where it is qcow2 or raw, else a qcow2 of
 * the same content, and the overlay of that which machines are given.
 * @throws `image-unreadable`, `tool-missing`, `disk-full`
 */
export async function diskContent(
  scope: Scope,
  directory: string,
  found: FoundDisk,
  { name, facts, origin }: About,
): Promise<Content> {
  const { file, label } = found;
  const format = found.format === 'raw' ? 'raw' : 'qcow2';
  const disk = diskFiles[format];
  await readable(label, async () => {
    await checkDisk(scope, { file, format: found.format });
    await placeDisk(scope, found, join(directory, disk));
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

async function placeDisk(scope: Scope, { file, label, format }: FoundDisk, to: string): Promise<void> {
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
