import { expect, test } from 'vitest';
import { match } from './match.ts';

const best = (query: string, texts: string[]) =>
  texts
    .map((text) => ({ text, score: match(query, text) }))
    .filter(({ score }) => score !== undefined)
    .sort((a, b) => (b.score as number) - (a.score as number))
    .map(({ text }) => text);

test('takes the letters in their order, and none that are missing', () => {
  expect(best('stw', ['Start web', 'Stop web', 'West'])).toEqual(['Stop web', 'Start web']);
  expect(best('xyz', ['Start web'])).toEqual([]);
});

test('prefers the beginnings of words', () => {
  expect(best('db', ['Add a bridge', 'Open db'])[0]).toBe('Open db');
  expect(best('start web', ['Restart web', 'Start web'])[0]).toBe('Start web');
});

test('finds everything for an empty query', () => {
  expect(best('', ['a', 'b'])).toHaveLength(2);
});
