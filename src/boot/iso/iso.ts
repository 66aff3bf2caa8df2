/** What makes a system of an ISO, told by what the ISO contains. */
export type IsoKind =
  | 'debian-live'
  | 'debian-installer'
  | 'casper'
  | 'archiso'
  /** Everything that dracut's dmsquash-live boots: Fedora, its relatives, and what KIWI makes (openSUSE). */
  | 'fedora-live'
  | 'fedora-installer'
  | 'opensuse-installer'
  | 'nixos'
  | 'alpine'
  | 'unknown';

/** A kernel that an ISO's own boot loader offers, with all that belongs to it. */
export interface IsoEntry {
  title: string;
  /** Paths in the ISO; those that begin with `efiPrefix` lie in its EFI boot image. */
  kernel: string;
  /** In the order in which the kernel gets them. */
  initrds: string[];
  append: string;
  source: LoaderName;
  /** Whether its loader takes it where nobody chooses. */
  default: boolean;
}

export type LoaderName = 'grub' | 'isolinux' | 'systemd-boot';

/** What an ISO holds that can be booted. */
export interface IsoBoot {
  /** The volume's name: what `CDLABEL=` on a command line means. */
  label: string;
  kind: IsoKind;
  entries: IsoEntry[];
  root?: IsoRoot;
  /** Seconds until the ISO's own loader goes on by itself; absent where it waits for somebody. */
  timeout?: number;
  /** As a CD, by which firmware. */
  boots: Boots;
}

/** The live system's root directory: a file system in a file. */
export interface IsoRoot {
  format: 'squashfs' | 'erofs';
  path: string;
  /** Where it is made of several, one laid over the other: all of them, from the lowest up. */
  layers?: string[];
}

export interface Boots {
  bios: boolean;
  uefi: boolean;
}

/** Before the path of a file that lies in the ISO's EFI boot image, a FAT file system, and not in the ISO itself. */
export const efiPrefix = '(efi)';
