import { expect, test } from 'vitest';
import { byteName } from './byte-name.ts';
import { excluding } from './exclude.ts';

test.each<[pattern: string, matches: string[], others: string[]]>([
  ['*.o', ['a.o', 'sub/b.o', '.o'], ['a.out', 'o', 'a.o/b']],
  ['name', ['name', 'sub/name'], ['names', 'sub/name/below']],
  ['/name', ['name'], ['sub/name']],
  ['./name', ['name'], ['sub/name']],
  ['path/below', ['path/below'], ['sub/path/below', 'path/below/it']],
  ['path/*', ['path/a'], ['path/a/b', 'path']],
  ['directory/', ['directory/', 'sub/directory/'], ['directory']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a/bz', 'az']],
  ['**/z', ['z', 'a/z', 'a/b/z'], ['az']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'b']],
  ['?.c', ['a.c', 'ä.c'], ['ab.c', '.c']],
  ['[ab].c', ['a.c', 'b.c'], ['c.c']],
  ['[!ab]-[0-9]', ['c-1'], ['a-1', 'c-x', '/-1']],
  ['[]a]', [']', 'a'], ['b']],
  ['a\\*', ['a*'], ['ab']],
  ['a.b+c', ['a.b+c'], ['aXbbc']],
  ['größe', ['größe'], ['grose']],
  ['[', ['['], ['a']],
])('%s', (pattern, matches, others) => {
  const excluded = excluding([pattern]);
  const isOut = (path: string) => excluded(byteName(path.replace(/(?<=.)\/$/, '')), path.endsWith('/'));
  expect(matches.filter((path) => !isOut(path))).toEqual([]);
  expect(others.filter(isOut)).toEqual([]);
});
