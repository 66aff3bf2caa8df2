import { describe, expect, test } from 'vitest';
import { exactSize, parseSize, roundSize } from './sizes.ts';

test.each([
  ['512M', 512 * 2 ** 20],
  ['2G', 2 * 2 ** 30],
  ['2g', 2 * 2 ** 30],
  ['1.5G', 1.5 * 2 ** 30],
  ['20GiB', 20 * 2 ** 30],
  ['20GB', 20 * 2 ** 30],
  [' 4 K ', 4096],
  ['4096', 4096],
  ['1B', 1],
  ['1T', 2 ** 40],
  ['1P', 2 ** 50],
])('%j is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each([
  '',
  ' ',
  'G',
  '0',
  '0G',
  '-1G',
  '+1G',
  '1X',
  '1G1',
  '1e9',
  '0x10',
  '.5G',
  '1,5G',
  '1.5',
  '0.3K',
  'none',
  '9000P',
  '1G\n2G',
])('%j is no size', (text) => expect(parseSize(text)).toBeUndefined());

describe('a size is written', () => {
  test.each([
    [1, '1'],
    [1023, '1023'],
    [1024, '1K'],
    [1536, '1536'],
    [2 ** 30, '1G'],
    [2 ** 30 + 2 ** 20, '1025M'],
    [3 * 2 ** 40, '3T'],
  ])('exactly: %d as %s, which reads back', (bytes, text) => {
    expect(exactSize(bytes)).toBe(text);
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    [0, '0B'],
    [1023, '1023B'],
    [1536, '1.5K'],
    [1610612736, '1.5G'],
    [10.4 * 2 ** 20, '10M'],
    [2 ** 30, '1G'],
    [1023 * 2 ** 20, '1023M'],
  ])('for people: %d as %s', (bytes, text) => expect(roundSize(bytes)).toBe(text));
});
