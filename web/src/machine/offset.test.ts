import { expect, test } from 'vitest';
import { offsetOf } from './offset.ts';

test('finds a line and column', () => {
  expect(offsetOf('a: 1\nb: 2\n', 2, 4)).toBe(8);
  expect(offsetOf('a: 1', 1, 1)).toBe(0);
});

test('goes to the nearest place where there is none such', () => {
  expect(offsetOf('a: 1\nb: 2', 2, 99)).toBe(9);
  expect(offsetOf('a: 1', 9, 9)).toBe(4);
});
