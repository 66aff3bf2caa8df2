import { expect, test } from 'vitest';
import { similar } from './similar.ts';

const known = ['start', 'status', 'stop', 'restart', 'list', 'logs', 'a'];

test.each([
  ['sart', ['start']],
  ['strat', ['start']],
  ['startt', ['start']],
  ['lsit', ['list']],
  ['st', ['start', 'status', 'stop']],
  ['restrat', ['restart']],
  ['xyz', []],
  ['', []],
  ['ö', []],
  ['l', ['list', 'logs']],
])('%j is close to %j', (word, names) => expect(similar(word, known)).toEqual(names));

test('three at most, the closest first', () => {
  expect(similar('abcdef', ['abcdxx', 'abcdex', 'abcdeff', 'abcdef'])).toEqual([
    'abcdef',
    'abcdeff',
    'abcdex',
  ]);
});
