import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { openHome } from '../machine/home.ts';
import { namesFor, type Wanted } from './fork-names.ts';

const room = testRoom();
const home = () => openHome({ VMDIR: room(), XDG_CONFIG_HOME: room('config') });

test.each<[Wanted, string[]]>([
  [{}, ['web-2']],
  [{ count: 3 }, ['web-2', 'web-4', 'web-5']],
  [{ names: ['a', 'b'] }, ['a', 'b']],
  [{ names: ['web-4'], count: 3 }, ['web-4', 'web-2', 'web-5']],
  [{ name: 'w%d', count: 2 }, ['w1', 'w2']],
  [{ name: 'w%03d.x' }, ['w001.x']],
])('%j of web, which has forks 1 and 3: %j', (wanted, names) => {
  for (const taken of ['web', 'web-1', 'web-3']) mkdirSync(room(taken));
  expect(namesFor(home(), 'web', wanted)).toEqual(names);
});

test.each<[Wanted, RegExp]>([
  [{ names: ['a', 'b'], count: 1 }, /--count is 1, and 2 names are given/],
  [{ names: ['a', 'b', 'a'] }, /NEW has a twice/],
])('%j is wrong', (wanted, problem) => expect(() => namesFor(home(), 'web', wanted)).toThrow(problem));
