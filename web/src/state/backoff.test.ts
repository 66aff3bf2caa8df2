import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('waits twice as long after each failure, and never longer than 5 s', () => {
  expect([1, 2, 3, 4].map((failed) => backoff(failed, 1))).toEqual([250, 500, 1000, 2000]);
  expect(backoff(50, 1)).toBe(5000);
});

test('leaves up to a third of it to chance', () => {
  expect(backoff(3, 0)).toBe(700);
  expect(backoff(3, 0.5)).toBe(850);
});
