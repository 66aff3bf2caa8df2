import { expect, test } from 'vitest';
import { cpuTime } from '../../test/support/cpu-time.ts';
import { matchesAny } from './name-patterns.ts';

test.each([
  ['game-*', 'game-1', true],
  ['game-*', 'game-', true],
  ['game-*', 'game', false],
  ['game-*', 'my-game-1', false],
  ['*', 'anything', true],
  ['*-db', 'web-db', true],
  ['*-db', 'web-db2', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['v?', 'v1', true],
  ['v?', 'v12', false],
  ['web', 'web', true],
  ['web', 'webs', false],
  ['a.c', 'abc', false],
  ['a+', 'aa', false],
  ['**', 'x', true],
  ['', 'x', false],
])('%s and %s: %s', (pattern, name, matches) => expect(matchesAny([pattern], name)).toBe(matches));

test('one of several is enough, and of none there is none', () => {
  expect(matchesAny(['web', 'db-*'], 'db-1')).toBe(true);
  expect(matchesAny([], 'web')).toBe(false);
});

test('no pattern takes long', () => {
  const match = () => expect(matchesAny(['*a'.repeat(31)], `${'a'.repeat(62)}b`)).toBe(false);
  expect(cpuTime(match)).toBeLessThan(1000);
});
