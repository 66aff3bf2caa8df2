import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { SparsePages } from './sparse-pages.ts';

const room = testRoom();
const page = 4096;
const pagesOf = (byte: number, count = 1) => Buffer.alloc(count * page, byte);

test('pages are at their places, and the rest is holes', () => {
  {
    using file = new SparsePages(room('file'), 1024 * page);
    file.zero(0, 500 * page);
    file.write(500 * page, pagesOf(1, 2));
    file.zero(502 * page, 522 * page);
  }
  const expected = Buffer.concat([pagesOf(0, 500), pagesOf(1, 2), pagesOf(0, 522)]);
  expect(readFileSync(room('file')).equals(expected)).toBe(true);
  expect(statSync(room('file')).blocks * 512).toBeLessThanOrEqual(4 * page);
});

test('what is written last counts, zeroes too', () => {
  {
    using file = new SparsePages(room('file'), 2048 * page);
    file.write(0, pagesOf(1, 1000));
    file.zero(page, 1500 * page);
    file.write(3 * page, pagesOf(2));
    file.write(3 * page, pagesOf(3));
  }
  const content = [pagesOf(1), pagesOf(0, 2), pagesOf(3), pagesOf(0, 2044)];
  expect(readFileSync(room('file')).equals(Buffer.concat(content))).toBe(true);
});

test('an empty file that is there is taken', () => {
  writeFileSync(room('file'), '');
  using pages = new SparsePages(room('file'), 2 * page);
  pages.write(page, Buffer.alloc(page, 1));
  expect(readFileSync(room('file'))).toEqual(Buffer.concat([Buffer.alloc(page), Buffer.alloc(page, 1)]));
});
