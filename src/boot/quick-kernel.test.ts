import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bzImage } from '../../test/support/bz-image.ts';
import { testRoom } from '../../test/support/room.ts';
import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { hasPvh } from './kernel.ts';
import { originalOf } from './quick-files.ts';
import { quickKernel } from './quick-kernel.ts';

const room = testRoom();

/** An ELF image of a single segment of notes, padded so that it is worth its name. */
function elf(type: number, name: string, wide = true): Buffer {
  const image = Buffer.alloc(4096);
  image.write('\x7fELF', 'latin1');
  image[4] = wide ? 2 : 1;
  const table = 64;
  const word = (at: number, value: number) =>
    wide ? image.writeBigUInt64LE(BigInt(value), at) : image.writeUInt32LE(value, at);
  word(wide ? 0x20 : 0x1c, table);
  image.writeUInt16LE(wide ? 56 : 32, wide ? 0x36 : 0x2a);
  image.writeUInt16LE(1, wide ? 0x38 : 0x2c);
  image.writeUInt32LE(4, table);
  word(table + (wide ? 8 : 4), 1024);
  word(table + (wide ? 0x20 : 0x10), 48);
  const note = (at: number, type: number, name: string) => {
    image.writeUInt32LE(4, at);
    image.writeUInt32LE(5, at + 4);
    image.writeUInt32LE(type, at + 8);
    image.write(name, at + 12, 'latin1');
  };
  note(1024, 3, 'GNU\0');
  note(1048, type, name);
  return image;
}

const quick = async (content: Buffer, name = 'vmlinuz') => {
  writeFileSync(room(name), content);
  return await quickKernel(new Scope(), room('cache'), originalOf(room(name)));
};

test.each([
  ['64 bits', elf(18, 'Xen\0'), true],
  ['32 bits', elf(18, 'Xen\0', false), true],
  ['another note of Xen', elf(17, 'Xen\0'), false],
  ['a note of another', elf(18, 'GNU\0'), false],
  ['a table beyond the end', elf(18, 'Xen\0').subarray(0, 70), false],
  ['nothing but a name', Buffer.from('\x7fELF'), false],
])('an entry point for PVH: %s', (_, image, there) => expect(hasPvh(image)).toBe(there));

test('a kernel is unpacked once, by many at once too', async () => {
  const vmlinux = elf(18, 'Xen\0');
  writeFileSync(room('vmlinuz'), bzImage(gzipSync(vmlinux)));
  const all = await Promise.all(
    [1, 2, 3].map(() => quickKernel(new Scope(), room('cache'), originalOf(room('vmlinuz')))),
  );
  const [first] = all;
  expect(new Set(all.map(({ file }) => file)).size).toBe(1);
  expect(readFileSync(first?.file as string).equals(vmlinux)).toBe(true);
  expect(readdirSync(room('cache/quick'))).toHaveLength(1);
});

test.each([
  ['without an entry point', bzImage(gzipSync(elf(1, 'Xen\0'))), 'its ELF image has no entry point for PVH'],
  ['damaged', bzImage(gzipSync(elf(18, 'Xen\0')).fill(7, 20)), 'its gzip data are damaged'],
  ['of another architecture', Buffer.alloc(5000, 'MZ\0\0zimg'), 'it has no boot header'],
])('one that is %s stays as it is, and is known the next time', async (_, image, reason) => {
  const kept = { file: room('vmlinuz'), reason };
  expect(await quick(image)).toEqual(kept);
  expect(await quick(image)).toEqual(kept);
});

test('one that was seen before is not asked for again, unless what was made of it is gone', async () => {
  writeFileSync(room('vmlinuz'), bzImage(gzipSync(elf(18, 'Xen\0'))));
  let opened = 0;
  const open = async () => {
    opened++;
    return room('vmlinuz');
  };
  const again = (key: unknown) => quickKernel(new Scope(), room('cache'), { key, open });
  const { file } = await again(['an.iso', 1]);
  expect((await again(['an.iso', 1])).file).toBe(file);
  expect(opened).toBe(1);
  expect((await again(['an.iso', 2])).file).toBe(file);
  expect(opened).toBe(2);
  rmSync(file);
  expect(existsSync((await again(['an.iso', 2])).file)).toBe(true);
  expect(opened).toBe(3);
});

test('an ELF image needs nothing; what is not there is an error', async () => {
  expect((await quick(elf(18, 'Xen\0'))).file).toBe(room('vmlinuz'));
  expect(existsSync(room('cache'))).toBe(false);
  const failed = quickKernel(new Scope(), room('cache'), originalOf(room('absent')));
  await expect(failed).rejects.toSatisfy((error) => isVivariumError(error, 'file-missing'));
});

test('what was not used for longest goes when there is too much, and what killed processes left', async () => {
  const image = (byte: number) => bzImage(gzipSync(elf(18, 'Xen\0').fill(byte, 2000, 2001)));
  const [old, used] = [await quick(image(1)), await quick(image(2))];
  for (const [index, { file }] of [old, used].entries()) {
    truncateSync(file, 1.25 * 2 ** 30); // holes
    utimesSync(file, index, index);
  }
  writeFileSync(room('cache/quick/.x.4194303.1.0.tmp'), '');
  await quick(image(1), 'used again');
  const { file } = await quick(image(3));
  expect(readdirSync(room('cache/quick')).sort()).toEqual(
    [old.file, file].map((path) => path.slice(path.lastIndexOf('/') + 1)).sort(),
  );
});
