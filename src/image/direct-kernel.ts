import { createWriteStream } from 'node:fs';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { highest } from '../base/versions.ts';
import type { Busybox } from '../boot/busybox.ts';
import { busyboxInitramfs } from '../boot/busybox-initramfs.ts';
import { cpio } from '../boot/cpio.ts';
import type { GuestFile } from '../boot/guest-files.ts';
import { readVmlinux } from '../boot/kernel.ts';
import { chooseModules } from '../boot/modules.ts';
import { guestPart } from './debian-stage.ts';
import { bzImageFile, elfKernelFile, initrdFile } from './files.ts';

/**
 * The modules by which a directly booted kernel finds its root file system and a CD. Those that they need come by
 * themselves.
 */
export const directModules = [
  ...['virtio_pci', 'virtio_blk', 'virtio_scsi', 'sd_mod', 'sr_mod', 'ahci', 'ata_piix', 'nvme'],
  // With what it asks the kernel for by itself: a checksum for ext4.
  ...['ext4', 'crc32c_generic'],
];

/**
 * Puts a tree's kernel beside the disk, for machines to boot directly: as an ELF file, as a bzImage, and with an
 * initrd of busybox that finds the root file system in half a second; the tree's own takes four.
 * @returns the kernel's release
 * @throws `file-missing`, `kernel-unreadable`, `tool-missing`
 */
export async function takeKernel(
  scope: Scope,
  directory: string,
  tree: string,
  { busybox, guest }: { busybox: Busybox; guest: readonly GuestFile[] },
): Promise<string> {
  scope.step('Packing the kernel for a direct boot');
  const boot = join(tree, 'boot');
  // Of several the newest, as guest/debian/configure.sh has it for the boot loader.
  const found = highest((await readdir(boot)).filter((entry) => entry.startsWith('vmlinuz-')));
  if (!found) throw new VivariumError('file-missing', { file: boot, what: 'A kernel in' });
  const release = found.slice('vmlinuz-'.length);
  const bzImage = join(boot, found);
  await writeFile(join(directory, elfKernelFile), await readVmlinux(scope, bzImage));
  await copyFile(bzImage, join(directory, bzImageFile));
  const { modules } = await chooseModules(scope, join(tree, 'usr/lib/modules', release), directModules);
  const init = guestPart(guest, 'initrd');
  const entries = busyboxInitramfs({ busybox, guest: init, release, modules });
  await pipeline(cpio(entries), createWriteStream(join(directory, initrdFile)));
  return release;
}
