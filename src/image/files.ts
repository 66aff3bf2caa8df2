import { join } from 'node:path';
import { checkName } from '../base/names.ts';
import { temporaryOwner } from '../host/atomic-file.ts';
import { isAlive } from '../host/process-identity.ts';

/** Below the directory of machines: one directory for each image. Hidden, so that it is taken for no machine. */
export const imagesDirectory = '.images';

/** In an image's directory: what the image is and which files it has. Written last. */
export const manifestFile = 'image.json';

/** In a kernel image: the kernel as ELF file, for QEMU to start through PVH; the quickest way. */
export const elfKernelFile = 'vmlinux';

/** In a kernel image: the same kernel as it was shipped, for UEFI firmware, which cannot start the ELF file. */
export const bzImageFile = 'vmlinuz';

/** In a kernel image: the archive that the kernel unpacks as its first root directory. */
export const initrdFile = 'initrd';

/** In a disk image: the disk, read only from now on; its ending says its format to people. */
export const diskFiles = { qcow2: 'disk.qcow2', raw: 'disk.raw' } as const;

/** In a disk image: an empty overlay of the disk, to be copied. */
export const overlayFile = 'overlay.qcow2';

/** In an image of a CD. */
export const isoFile = 'cd.iso';

/** @throws `name-invalid` */
export function imagePath(vmdir: string, name: string): string {
  return join(vmdir, imagesDirectory, checkName('an image', name));
}

/** Where the image is built. Who holds the lock of this directory is the one who builds it. */
export function buildingPath(vmdir: string, name: string): string {
  return join(vmdir, imagesDirectory, `.${checkName('an image', name)}.new`);
}

/** Whether a name in the directory of images is a `buildingPath`. */
export function isBuilding(entry: string): boolean {
  return entry.startsWith('.') && entry.endsWith('.new');
}

/**
 * Whether a name in the directory of images is a `temporaryName` that nobody will come back to. While the process
 * lives that took an image out of its place, it may yet put it back.
 */
export function isDiscarded(entry: string): boolean {
  if (!entry.startsWith('.') || !entry.endsWith('.tmp')) return false;
  const owner = temporaryOwner(entry);
  return !owner || !isAlive(owner);
}

/** Below the cache: a directory for each download that has not become an image yet, named after its URL. */
export const downloadsDirectory = 'downloads';
