import { VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { moduleFiles } from '../busybox-initramfs.ts';
import type { CpioFile } from '../cpio.ts';
import { chooseModules, type ModuleSource } from '../modules.ts';

/** A kernel whose modules are known. */
export interface LiveKernel {
  release: string;
  /** A directory `lib/modules/<release>`, or another source of them. */
  modules: string | ModuleSource;
}

/** What a job needs at once: what virtio offers, network cards, the power button. */
export const jobModules = [
  ...['virtio_pci', 'virtio_console', 'virtio_net', 'virtio_rng', '9p', '9pnet_virtio'],
  ...['e1000', 'e1000e', 'button', 'evdev'],
];

/** By what a live root is found: shares, CDs and disks. */
export const liveModules = [
  ...jobModules,
  ...['virtio_blk', 'virtio_scsi', 'ahci', 'ata_piix', 'nvme', 'sd_mod', 'sr_mod'],
  ...['vfat', 'nls_cp437', 'nls_ascii'],
];

/**
 * Modules as an initramfs holds them.
 * @param needed those without which it is in vain
 * @throws `kernel-unfit`, `file-missing`, `kernel-unreadable`, `tool-missing`
 */
export async function moduleEntries(
  scope: Scope,
  { release, modules }: LiveKernel,
  wanted: readonly string[],
  needed: readonly string[] = [],
): Promise<CpioFile[]> {
  const choice = await chooseModules(scope, modules, [...needed, ...wanted]);
  const lacks = needed.filter((name) => choice.missing.includes(name));
  if (lacks.length > 0) throw new VivariumError('kernel-unfit', { kernel: release, lacks });
  return moduleFiles(release, choice.modules);
}
