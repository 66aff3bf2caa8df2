import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { findTool, requireTool } from './find-tool.ts';

const room = testRoom();
beforeEach(() => {
  for (const directory of ['a', 'b']) mkdirSync(room(directory));
  writeFileSync(room('a', 'plain'), '', { mode: 0o644 });
  writeFileSync(room('b', 'plain'), '', { mode: 0o755 });
  writeFileSync(room('a', 'both'), '', { mode: 0o755 });
  writeFileSync(room('b', 'both'), '', { mode: 0o755 });
  mkdirSync(room('a', 'directory'));
  symlinkSync(room('b', 'both'), room('a', 'link'));
  symlinkSync(room('nowhere'), room('a', 'dangling'));
});

const path = () => [room('none'), room('a'), room('b')].join(delimiter);

test.each([
  ['both', 'a/both'],
  ['plain', 'b/plain'],
  ['link', 'a/link'],
  ['directory', undefined],
  ['dangling', undefined],
  ['missing', undefined],
])('%s is found at %s', (name, at) => expect(findTool(name, path())).toBe(at && room(at)));

test('a path is taken as it is, where it can be run', () => {
  expect(findTool(room('b', 'plain'), '')).toBe(room('b', 'plain'));
  expect(findTool(room('a', 'plain'), path())).toBeUndefined();
  expect(findTool(room('a', 'directory'), path())).toBeUndefined();
  expect(findTool('a/both', path())).toBeUndefined();
});

test('what must be there and is not, is named with its purpose', () => {
  expect(requireTool('sh', 'to run scripts')).toMatch(/\/sh$/);
  expect(() => requireTool('no-such-tool', 'to run machines')).toThrow(
    'no-such-tool is not installed; it is needed to run machines.',
  );
});
