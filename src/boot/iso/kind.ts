import type { IsoKind } from './iso.ts';
import type { IsoFile, IsoListing } from './listing.ts';

/** What tells a kind: a file at a path. The first that is found wins, so live systems come before installers. */
const marks: [kind: IsoKind, path: RegExp][] = [
  ['debian-live', /^\/live\/[^/]+\.squashfs$/],
  ['casper', /^\/casper\/[^/]+\.squashfs$/],
  ['archiso', /^\/[^/]+\/[^/]+\/airootfs\.(?:sfs|erofs)$/],
  ['fedora-live', /^\/LiveOS\/(?:squashfs|rootfs)\.img$/i],
  ['nixos', /^\/nix-store\.squashfs$/],
  ['alpine', /^\/(?:boot\/modloop-[^/]+|apks\/\.boot_repository)$/],
  ['debian-installer', /^\/(?:install(?:\.[^/]+)?|d-i)\/(?:gtk\/)?(?:vmlinuz|initrd\.gz)$/],
  ['fedora-installer', /^\/images\/(?:install\.img|pxeboot\/vmlinuz)$/],
  ['opensuse-installer', /^\/boot\/[^/]+\/(?:root|loader\/linux)$/],
];

/** The live system's root of each kind that has one. */
const roots: Partial<Record<IsoKind, RegExp>> = {
  'debian-live': /^\/live\/[^/]+\.squashfs$/,
  casper: /^\/casper\/[^/]+\.squashfs$/,
  archiso: /^\/[^/]+\/[^/]+\/airootfs\.(?:sfs|erofs)$/,
  'fedora-live': /^\/LiveOS\/(?:squashfs|rootfs)\.img$/i,
};

/** What makes a system of an ISO, by what it contains. */
export function kindOf({ files, find }: IsoListing): IsoKind {
  const found = marks.find(([, mark]) => files.some(({ path }) => mark.test(path)))?.[0];
  if (found) return found;
  // Debian's netboot medium has little more than its kernel.
  return find('/linux') && find('/initrd.gz') ? 'debian-installer' : 'unknown';
}

/** The file with the live system's root: of several, the one with the usual name, else the largest. */
export function rootFileOf(kind: IsoKind, { files }: IsoListing): IsoFile | undefined {
  const pattern = roots[kind];
  const found = files.filter(({ path }) => pattern?.test(path));
  const usual = found.find(({ path }) => path.endsWith('/filesystem.squashfs'));
  return usual ?? found.toSorted((a, b) => b.size - a.size)[0];
}

/** Magic numbers of the file systems, and where they stand (fs/squashfs/squashfs_fs.h, fs/erofs/erofs_fs.h). */
export function fileSystemOf(beginning: Buffer): 'squashfs' | 'erofs' | undefined {
  if (beginning.toString('latin1', 0, 4) === 'hsqs') return 'squashfs';
  const erofs = beginning.length >= 1028 && beginning.readUInt32LE(1024) === 0xe0f5e1e2;
  return erofs ? 'erofs' : undefined;
}
