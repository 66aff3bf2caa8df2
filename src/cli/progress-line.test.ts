import { describe, expect, test } from 'vitest';
import { amountText, progressLine } from './progress-line.ts';

const M = 2 ** 20;
const half = { done: 50 * M, of: 100 * M, from: 0, elapsed: 10_000 };

describe('how far a step is', () => {
  test.each([
    ['in the middle', half, '50% of 100M, 5M/s, 10s left'],
    ['just begun: no rate yet', { ...half, done: 0, elapsed: 100 }, '0% of 100M'],
    ['gone on with: what was there took no time', { ...half, from: 40 * M }, '50% of 100M, 1M/s, 50s left'],
    ['done', { ...half, done: 100 * M }, '100% of 100M, 10M/s'],
    ['of unknown length', { ...half, of: undefined }, '50M, 5M/s'],
    ['of nothing', { done: 0, of: 0, from: 0, elapsed: 0 }, '0B'],
    ['standing still', { ...half, from: 50 * M }, '50% of 100M'],
  ])('%s', (_, amount, text) => {
    expect(amountText(amount)).toBe(text);
  });
});

test('a line has a bar where it fits, and never more than the terminal is wide', () => {
  expect(progressLine('Loading', half, 80)).toBe(
    '  Loading [############............] 50% of 100M, 5M/s, 10s left',
  );
  expect(progressLine('Loading', half, 50)).toBe('  Loading  50% of 100M, 5M/s, 10s left');
  expect(progressLine('Loading', half, 20)).toHaveLength(19);
});
