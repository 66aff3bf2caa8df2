import { expect, test } from 'vitest';
import { parseDuration, roundDuration } from './durations.ts';

test.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  ['1.5s', 1500],
  [' 5 s ', 5000],
  ['0', 0],
  ['60', 60_000],
  ['0.0001', 0],
])('%j is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', ' ', 's', '-1s', '1w', '1m30s', '1 2', '1e3', 'soon', '.5s', '9'.repeat(400)])(
  '%.20j is no duration',
  (text) => expect(parseDuration(text)).toBeUndefined(),
);

test.each([
  [0, '0ms'],
  [42.4, '42ms'],
  [999.6, '1s'],
  [1500, '1.5s'],
  [9960, '10s'],
  [59_400, '59s'],
  [59_600, '1m'],
  [61_000, '1m 1s'],
  [3_600_000, '1h'],
  [3_605_000, '1h'],
  [93_784_000, '1d 2h'],
])('%d ms is said as %s', (ms, text) => expect(roundDuration(ms)).toBe(text));
