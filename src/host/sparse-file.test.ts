import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { writeSparse } from './sparse-file.ts';

const room = testRoom();

async function* inPieces(content: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

test.each([1, 4096, 65_536, 100_001, 2 ** 24])(
  'in pieces of %s bytes a file has the same content, and holes',
  async (length) => {
    const content = Buffer.alloc(length === 1 ? 2000 : 3 * 2 ** 20);
    content.write('begin');
    content.write('middle', content.length / 2);
    expect(await writeSparse(inPieces(content, length), room('file'))).toBe(content.length);
    expect(readFileSync(room('file')).equals(content)).toBe(true);
    if (length > 1) expect(statSync(room('file')).blocks * 512).toBeLessThan(2 ** 20);
  },
);

test('zeroes at the end count', async () => {
  expect(await writeSparse(inPieces(Buffer.alloc(200_000), 65_536), room('file'))).toBe(200_000);
  expect(statSync(room('file'))).toMatchObject({ size: 200_000, blocks: 0 });
});

test('a file that is there is not overwritten', async () => {
  writeFileSync(room('file'), 'mine');
  await expect(writeSparse(inPieces(Buffer.alloc(9), 9), room('file'))).rejects.toMatchObject({
    code: 'EEXIST',
  });
  expect(readFileSync(room('file'), 'utf8')).toBe('mine');
});
