import { expect, test } from 'vitest';
import { freeRange, hasRange } from './private-root.ts';

test.each<[string, string[], boolean]>([
  ['a name', ['me:100000:65536'], true],
  ['a number', ['1000:100000:65536'], true],
  ['another user', ['you:100000:65536'], false],
  ['too few', ['me:100000:1000'], false],
  ['nothing', [''], false],
  ['enough in a second line', ['me:100000:1000', 'me:200000:65536'], true],
])('the lines of subuid(5) give ids to %s: %s', (_, lines, given) => {
  expect(hasRange(lines, ['me', '1000'])).toBe(given);
});

test('the range that is proposed is nobody else’s', () => {
  expect(freeRange(['you:100000:65536', 'they:165536:65536', ''])).toBe('231072-296607');
  expect(freeRange([])).toBe('100000-165535');
});
