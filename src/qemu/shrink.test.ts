import { expect, test } from 'vitest';
import { shrink } from './shrink.ts';

const grey = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return value(pixel % width, Math.floor(pixel / width)) + (at % 3);
  }),
});

test('each pixel is the mean of those that it stands for, colour by colour', () => {
  const { width, height, rgb } = shrink(
    grey(4, 4, (x, y) => 10 * x + 40 * y),
    2,
  );
  expect([width, height]).toEqual([2, 2]);
  expect([...rgb]).toEqual([25, 26, 27, 45, 46, 47, 105, 106, 107, 125, 126, 127]);
});

test.each([
  [1280, 800, 320, 200],
  [1024, 768, 320, 240],
  [720, 400, 321, 178],
  [3000, 2, 16, 1],
])('%d x %d becomes %d x %d, and what is all of one colour stays so', (from, high, width, height) => {
  const picture = shrink(
    grey(from, high, () => 253),
    width,
  );
  expect([picture.width, picture.height, picture.rgb.length]).toEqual([width, height, width * height * 3]);
  expect(new Set(picture.rgb)).toEqual(new Set([253, 254, 255]));
});

test('a picture that is small enough stays as it is', () => {
  const picture = grey(100, 50, (x) => x);
  expect(shrink(picture, 100)).toBe(picture);
});
