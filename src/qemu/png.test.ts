import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePng, parsePpm } from './png.ts';

const rgb = Uint8Array.from({ length: 3 * 2 * 3 }, (_, n) => n * 10);
const ppm = (head: string, pixels: Uint8Array = rgb) => Buffer.concat([Buffer.from(head, 'latin1'), pixels]);

test('a PPM as QEMU writes it is read', () =>
  expect(parsePpm(ppm('P6\n3 2\n255\n'))).toEqual({ width: 3, height: 2, rgb: Buffer.from(rgb) }));

test('pixels that look like white space belong to the picture', () => {
  const blanks = Uint8Array.from({ length: 18 }, () => 0x0a);
  expect(parsePpm(ppm('P6\n3 2\n255\n', blanks))?.rgb).toEqual(Buffer.from(blanks));
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('hello')],
  ['an ASCII picture', ppm('P3\n3 2\n255\n')],
  ['16 bits a colour', ppm('P6\n3 2\n65535\n')],
  ['a picture cut short', ppm('P6\n3 2\n255\n', rgb.subarray(1))],
  ['more than a picture', ppm('P6\n3 1\n255\n')],
])('%s is no such PPM', (_, bytes) => expect(parsePpm(bytes)).toBeUndefined());

test('a PNG holds the very pixels', () => {
  const chunks = chunksOf(encodePng({ width: 3, height: 2, rgb }));
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND']);
  const [header, data] = chunks.map((chunk) => chunk.data);
  expect([header?.readUInt32BE(0), header?.readUInt32BE(4)]).toEqual([3, 2]);
  expect([...(header?.subarray(8) ?? [])]).toEqual([8, 2, 0, 0, 0]);
  const rows = inflateSync(data ?? Buffer.alloc(0));
  expect(rows).toEqual(Buffer.concat([Buffer.of(0), rgb.subarray(0, 9), Buffer.of(0), rgb.subarray(9)]));
});

/** Reads a PNG by its specification (5.2 to 5.4), checksums and all. */
function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = [];
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}
