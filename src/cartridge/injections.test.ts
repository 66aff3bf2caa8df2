import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { injectionsOf } from './injections.ts';

const room = testRoom();

test('what builders leave, what comes out and what git keeps never goes into a system', () => {
  const inject = [{ from: '.', to: '/root/p', exclude: ['*.o'] }];
  expect(injectionsOf('/p', inject, ['work', 'a*b[c'], 'out/*.iso')).toEqual([
    {
      from: '/p',
      to: '/root/p',
      exclude: ['.git', '/.vivarium', '/work', '/a\\*b\\[c', '/out/*.iso', '*.o'],
    },
  ]);
});

test('of what lies outside of a tree nothing is excluded from it', () => {
  const inject = [{ from: 'src', to: '/src', exclude: [] }];
  expect(injectionsOf('/p', inject, ['work', 'src/work'], 'out/*.iso')[0]?.exclude).toEqual([
    '.git',
    '/work',
  ]);
});

test('a file keeps its name behind a slash, and a directory gives its content', () => {
  writeFileSync(room('file'), '');
  mkdirSync(room('tree'));
  const places = ['file', 'tree'].map((from) => ({ from, to: '/usr/', exclude: [] }));
  expect(injectionsOf(room(), places, [], 'x').map(({ to }) => to)).toEqual(['/usr/file', '/usr/']);
});
