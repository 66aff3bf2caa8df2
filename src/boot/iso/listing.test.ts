import { expect, test } from 'vitest';
import { parseListing } from './listing.ts';

const text = `Report layout: xt , Startlba ,   Blocks , Filesize , ISO image path
File data lba:  0 ,       33 ,        1 ,        3 , '/boot/grub/grub.cfg'
File data lba:  0 ,       34 ,        1 ,        2 , '/od d/a'"'"'b'
File data lba:  0 ,       36 ,        1 ,        2 , '/od d/new
File data lba:  0 ,       1 ,        1 ,        2 , \\x'
File data lba:  0 ,       40 ,  2097151 , 5368709120 , '/big'
File data lba:  1 ,  2097191 ,   524289 , 5368709120 , '/big'
lrwxrwxrwx    1 0        0               0 Nov 21 14:59 '/vmlinuz' -> 'boot/Kernel'
lrwxrwxrwx    1 0        0               0 Nov 21 14:59 '/up' -> '../../od d'
lrwxrwxrwx    1 0        0               0 Nov 21  2019 '/round' -> 'about'
lrwxrwxrwx    1 0        0               0 Nov 21  2019 '/about' -> '/round/x'
File data lba:  0 ,       50 ,        1 ,        7 , '/boot/kernel'
`;

const listing = parseListing(text);

test('finds where the bytes of a file lie', () => {
  expect(listing.find('/boot/grub/grub.cfg')).toEqual({
    path: '/boot/grub/grub.cfg',
    size: 3,
    extents: [{ offset: 33 * 2048, length: 3 }],
  });
});

test('knows the parts of a file that is too large for one', () => {
  const big = listing.find('/big');
  expect(big?.size).toBe(5 * 1024 ** 3);
  expect(big?.extents).toEqual([
    { offset: 40 * 2048, length: 2097151 * 2048 },
    { offset: 2097191 * 2048, length: 5 * 1024 ** 3 - 2097151 * 2048 },
  ]);
});

test('takes a name for what it is, whatever is in it', () => {
  expect(listing.find("/od d/a'b")?.size).toBe(2);
  expect(listing.files).toHaveLength(5);
  expect(listing.files.map(({ path }) => path)).toContain(
    '/od d/new\nFile data lba:  0 ,       1 ,        1 ,        2 , \\x',
  );
});

test('follows links, within the ISO, and letters of the other case', () => {
  expect(listing.find('/vmlinuz')?.path).toBe('/boot/kernel');
  expect(listing.find("/up/a'b")?.size).toBe(2);
  expect(listing.find('/BOOT/GRUB/GRUB.CFG')?.size).toBe(3);
  expect(listing.find('../../etc/../boot/kernel')?.size).toBe(7);
});

test('gives up on links that lead round in a circle', () => {
  expect(listing.find('/round/anything')).toBeUndefined();
});

test('knows directories, and that none has the name of a file', () => {
  expect(listing.hasDirectory('/boot/grub')).toBe(true);
  expect(listing.hasDirectory('/up')).toBe(true);
  expect(listing.hasDirectory('/boot/kernel')).toBe(false);
});
