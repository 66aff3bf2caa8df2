import { constants, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { createDisk, resizeDisk } from '../qemu/disk-image.ts';
import { resizeEmptyQcow2 } from '../qemu/qcow2.ts';
import { imagesDirectory, overlayFile } from './files.ts';
import type { Image } from './store.ts';

/**
 * Writes the empty overlay that every machine of a disk image gets a copy of. It names the disk as a machine's
 * directory sees it, so that the directory of machines can be moved as a whole.
 * @param directory where the image `name` is being made
 * @param size bytes that a guest sees
 * @returns the overlay's name
 */
export async function writeOverlay(
  scope: Scope,
  directory: string,
  { name, disk, format, size }: { name: string; disk: string; format: 'qcow2' | 'raw'; size: number },
): Promise<string> {
  const backing = { file: join('..', imagesDirectory, name, disk), format };
  await createDisk(scope, join(directory, overlayFile), size, backing);
  return overlayFile;
}

/** Gives a machine its overlay of an image's disk: a copy of the ready one, which takes no time. */
export async function copyOverlay(
  scope: Scope,
  image: Image<'disk'>,
  file: string,
  size: number,
): Promise<void> {
  copyFileSync(join(image.directory, image.files.overlay.file), file, constants.COPYFILE_EXCL);
  if (size === image.size || resizeEmptyQcow2(file, size)) return;
  await resizeDisk(scope, file, size);
}

/** The CD of an image as a machine's directory sees it. */
export function imageCd({ name, files }: Image<'iso'>): string {
  return join('..', imagesDirectory, name, files.iso.file);
}

/** The image whose disk lies below a disk of a machine, by the name that its header gives. */
export function imageBelow(backing: string): string | undefined {
  return /^\.\.\/\.images\/([^/]+)\/[^/]+$/.exec(backing)?.[1];
}
