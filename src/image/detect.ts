import { isFixedVpc } from '../qemu/vpc.ts';

/** Formats of disks, by QEMU's names for them; vpc is Microsoft's VHD. */
export const diskFormats = ['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx', 'vpc'] as const;
export type DiskFormat = (typeof diskFormats)[number];

/** What an image may be wrapped in. */
export type Wrapping = 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'tar';

/** What a file is by its content. */
export type Detected =
  | { is: 'disk'; format: DiskFormat }
  | { is: 'iso' }
  | { is: 'wrapped'; in: Wrapping }
  /** `looksLike` completes "it looks like …". */
  | { is: 'other'; looksLike: string };

/** The bytes from the beginning that `detect` has to see: the last thing it looks for is btrfs, at 65600. */
export const headLength = 65_664;

/** The bytes from the end. */
export const tailLength = 512;

interface Magic {
  at: number;
  bytes: string;
}

const magic = (bytes: string, at = 0): Magic => ({ at, bytes });

/** gzip: RFC 1952. xz: its format, 2.1.1. zstd: RFC 8878. bzip2: its block begins with pi. tar: POSIX ustar. */
const wrappings: [Wrapping, ...Magic[]][] = [
  ['gzip', magic('\x1f\x8b\x08')],
  ['xz', magic('\xfd7zXZ\x00')],
  ['zstd', magic('\x28\xb5\x2f\xfd')],
  ['bzip2', magic('BZh'), magic('\x31\x41\x59\x26\x53\x59', 4)],
  ['tar', magic('ustar', 257)],
];

/**
 * qcow2: docs/interop/qcow2.txt of QEMU. vmdk: VMware's Virtual Disk Format 5.0, sparse or descriptor file, and
 * ESX's own sparse one. vdi: block/vdi.c of QEMU. vhdx: [MS-VHDX] 2.2.1. vpc: Microsoft's Virtual Hard Disk Image
 * Format Specification, the copy of the footer.
 */
const containers: [DiskFormat, ...Magic[]][] = [
  ['qcow2', magic('QFI\xfb')],
  ['vmdk', magic('KDMV')],
  ['vmdk', magic('COWD')],
  ['vmdk', magic('# Disk DescriptorFile')],
  ['vdi', magic('\x7f\x10\xda\xbe', 0x40)],
  ['vhdx', magic('vhdxfile')],
  ['vpc', magic('conectix')],
];

/** What a disk begins with: a boot sector or GPT (UEFI, 5.2 and 5.3), or a file system (util-linux, libblkid). */
const rawDisks: Magic[] = [
  magic('\x55\xaa', 510),
  magic('EFI PART', 512),
  magic('EFI PART', 4096),
  magic('\x53\xef', 1080), // ext2 to ext4
  magic('XFSB'),
  magic('_BHRfS_M', 65_600), // btrfs
  magic('\xe2\xe1\xf5\xe0', 1024), // erofs
  magic('hsqs'), // squashfs
  magic('\x10\x20\xf5\xf2', 1024), // f2fs
  magic('LABELONE', 512), // LVM
  magic('LUKS\xba\xbe'),
];

/** What people take for an image, and is none that we read. */
const others: [looksLike: string, ...Magic[]][] = [
  ['a zip archive', magic('PK\x03\x04')],
  ['a 7z archive', magic("7z\xbc\xaf'\x1c")],
  ['a program (ELF)', magic('\x7fELF')],
  ['a Debian package or another ar archive', magic('!<arch>\n')],
  ['an RPM package', magic('\xed\xab\xee\xdb')],
  ['a cpio archive, such as an initramfs', magic('07070')],
  ['a QED disk, which QEMU itself has given up', magic('QED\x00')],
  ['a PDF', magic('%PDF-')],
];

/**
 * Says what a file is by its content alone; whatever its name is.
 * @param head its first `headLength` bytes, or all
 * @param tail its last `tailLength` bytes, or all
 */
export function detect(head: Buffer, tail: Buffer, size: number): Detected {
  const find = <Name>(table: [Name, ...Magic[]][]) =>
    table.find(([, ...magics]) => (magics as Magic[]).every((one) => matches(head, one)))?.[0];
  if (size === 0) return { is: 'other', looksLike: 'an empty file' };
  const wrapping = find(wrappings);
  if (wrapping) return { is: 'wrapped', in: wrapping };
  const format = find(containers);
  if (format) return { is: 'disk', format };
  if (matches(head, magic('CD001', 0x8001))) return { is: 'iso' }; // ECMA-119, 8.1.2
  if (isFixedVpc(tail, size)) return { is: 'disk', format: 'vpc' };
  if (rawDisks.some((one) => matches(head, one))) return { is: 'disk', format: 'raw' };
  return { is: 'other', looksLike: find(others) ?? textKind(head) ?? 'nothing that is known' };
}

function matches(head: Buffer, { at, bytes }: Magic): boolean {
  return head.toString('latin1', at, at + bytes.length) === bytes;
}

function textKind(head: Buffer): string | undefined {
  const text = head.toString('latin1');
  if (/^(\xef\xbb\xbf)?\s*(<!doctype html|<html|<head|<body)/i.test(text)) return 'an HTML page';
  if (/^(\xef\xbb\xbf)?\s*<\?xml/.test(text)) return 'an XML document';
  if (/^\0+$/.test(text)) return 'nothing but zeroes';
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : 'text';
}
