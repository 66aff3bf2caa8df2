import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { cpio } from './cpio.ts';
import { readInitramfs } from './initramfs/read.ts';
import { quickInitrd } from './quick-initrd.ts';

const room = testRoom();

const archive = async (path: string, content: Buffer): Promise<Buffer> =>
  await buffer(Readable.from(cpio([{ kind: 'file', path, mode: 0o644, content }])));

const quick = () => quickInitrd(new Scope(), room('cache'), room('initrd'));

const large = randomBytes(2 ** 20 + 1);

test('what is packed is unpacked, behind what is not, and the kernel reads the same', async () => {
  const microcode = await archive('microcode', randomBytes(100));
  writeFileSync(room('initrd'), microcode);
  appendFileSync(room('initrd'), Buffer.concat([gzipSync(await archive('main', large)), Buffer.alloc(9)]));
  appendFileSync(room('initrd'), gzipSync(await archive('second', Buffer.from('2'))));
  const { file } = await quick();
  expect(file).not.toBe(room('initrd'));
  expect(readFileSync(file).subarray(0, microcode.length).equals(microcode)).toBe(true);
  const found: string[] = [];
  for await (const { path, segment, content } of readInitramfs(new Scope(), file)) {
    found.push(`${path} ${segment.packing}`);
    if (path === 'main') expect((await content()).equals(large)).toBe(true);
  }
  expect(found).toEqual(['microcode none', 'main none', 'second none']);
});

test.each([
  ['not packed', async () => await archive('main', large), 'it is not packed, or quickly unpacked'],
  ['small', async () => gzipSync(await archive('main', Buffer.from('x'))), 'it has less than 1M'],
  ['damaged', async () => gzipSync(await archive('main', large)).fill(0, 5000, 6000), 'damaged'],
])('one that is %s stays as it is', async (_, content, reason) => {
  writeFileSync(room('initrd'), await content());
  const kept = await quick();
  expect(kept.file).toBe(room('initrd'));
  expect(kept.reason).toContain(reason);
});
