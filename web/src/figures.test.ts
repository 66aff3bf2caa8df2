import { expect, test } from 'vitest';
import { count, moment, percent, since, size, sparkline } from './figures.ts';

test('writes shares as whole percent, but for what is hardly anything', () => {
  expect([0, 0.004, 0.0097, 0.037, 0.5, 1.5].map(percent)).toEqual([
    '0 %',
    '0.4 %',
    '1 %',
    '4 %',
    '50 %',
    '150 %',
  ]);
});

test('writes sizes with a thin space before the unit, and nothing for what is not known', () => {
  expect(size(1610612736)).toBe('1.5\u202fG');
  expect(size(undefined)).toBe('');
});

test('writes how long ago something was', () => {
  expect([200, 12_900, 449_000, 7_459_000].map(since)).toEqual(['now', '12s', '7m', '2h 4m']);
});

test('counts', () => {
  expect([count(1, 'machine'), count(0, 'machine'), count(12, 'fork')]).toEqual([
    '1 machine',
    '0 machines',
    '12 forks',
  ]);
});

test('says the time of today and the day of what was before', () => {
  const now = new Date(2026, 10, 21, 21, 15).getTime();
  expect(moment(new Date(2026, 10, 21, 9, 5).toISOString(), now)).toBe('09:05');
  expect(moment(new Date(2026, 10, 20, 9, 5).toISOString(), now)).toBe('2026-11-20 09:05');
  expect(moment(undefined)).toBe('');
  expect(moment('what a guest said')).toBe('');
});

test('draws the newest at the right edge, whole range from bottom to top', () => {
  expect(sparkline([0, 1], { width: 60, height: 12, room: 61 })).toBe('59.0,11.0 60.0,1.0');
  expect(sparkline([2], { width: 60, height: 12, room: 61 })).toBe('60.0,1.0');
});
