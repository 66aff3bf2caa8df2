import { expect, test } from 'vitest';
import { fileSystemOf, kindOf, rootFileOf } from './kind.ts';
import { parseListing } from './listing.ts';

const listingOf = (...files: [path: string, size?: number][]) =>
  parseListing(
    files.map(([path, size = 1]) => `File data lba:  0 , 50 , 1 , ${size} , '${path}'\n`).join(''),
  );

test.each([
  ['/live/filesystem.squashfs', 'debian-live'],
  ['/casper/minimal.standard.live.squashfs', 'casper'],
  ['/arch/x86_64/airootfs.erofs', 'archiso'],
  ['/LiveOS/squashfs.img', 'fedora-live'],
  ['/nix-store.squashfs', 'nixos'],
  ['/boot/modloop-lts', 'alpine'],
  ['/install.amd/vmlinuz', 'debian-installer'],
  ['/images/pxeboot/vmlinuz', 'fedora-installer'],
  ['/boot/x86_64/loader/linux', 'opensuse-installer'],
  ['/sources/install.wim', 'unknown'],
  ['/deep/live/filesystem.squashfs', 'unknown'],
] as const)('%s makes it %s', (path, kind) => {
  expect(kindOf(listingOf([path]))).toBe(kind);
});

test('a live system with an installer is a live system', () => {
  expect(kindOf(listingOf(['/install/vmlinuz'], ['/live/filesystem.squashfs']))).toBe('debian-live');
  expect(kindOf(listingOf(['/linux'], ['/initrd.gz']))).toBe('debian-installer');
});

test('the root is the file with the usual name, else the largest', () => {
  const root = (...files: [string, number?][]) => rootFileOf('debian-live', listingOf(...files))?.path;
  expect(root(['/live/a.squashfs', 9], ['/live/filesystem.squashfs', 1])).toBe('/live/filesystem.squashfs');
  expect(root(['/live/a.squashfs', 1], ['/live/b.squashfs', 9])).toBe('/live/b.squashfs');
  expect(root(['/casper/b.squashfs'])).toBeUndefined();
});

test('what is no file system is none', () => {
  expect(fileSystemOf(Buffer.from('hsqs'))).toBe('squashfs');
  expect(fileSystemOf(Buffer.alloc(2048))).toBeUndefined();
  expect(fileSystemOf(Buffer.alloc(3))).toBeUndefined();
});
