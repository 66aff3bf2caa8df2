import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDeviceList } from './device-list.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'devices-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (text: string, env = {}) => {
  const file = join(directory, 'list');
  writeFileSync(file, text);
  return readDeviceList(file, env, 7);
};

test('a line is an entry, or several names of one file', () => {
  const [node, file] = read(`# comment\n\n  nod /dev/null 666 1 2 c 1 3\nfile a \${HERE} 755 0 0 b\n`, {
    HERE: join(directory, 'list'),
  });
  expect(node).toEqual({
    line: 3,
    entries: [
      { kind: 'character', path: 'dev/null', mode: 0o666, uid: 1, gid: 2, major: 1, minor: 3, mtime: 7 },
    ],
  });
  const hardLink = { count: 2 };
  expect(file?.entries).toEqual([
    { kind: 'file', path: 'a', mode: 0o755, uid: 0, gid: 0, mtime: 7, content: Buffer.alloc(0), hardLink },
    {
      kind: 'file',
      path: 'b',
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: 7,
      content: { file: join(directory, 'list') },
      hardLink,
    },
  ]);
});

test.each([
  ['node /dev/null 666 0 0 c 1 3', '"node" is none of file, dir, nod, slink, pipe, sock'],
  ['nod /dev/null 666 0 0 c 1', 'it must be nod NAME MODE UID GID b|c MAJOR MINOR'],
  ['dir /dev 755 0 0 0', 'it must be dir NAME MODE UID GID'],
  ['nod /dev/null 666 0 0 x 1 3', '"x" is no type of device'],
  ['dir /dev 789 0 0', '"789" is no mode'],
  ['dir /dev 77777 0 0', '"77777" is no mode'],
  ['dir /dev 755 root 0', '"root" is no user'],
  ['dir /dev 755 0 99999999999', '"99999999999" is no group'],
  ['dir ../dev 755 0 0', '"../dev" is no name in an archive'],
  ['dir / 755 0 0', '"/" is no name in an archive'],
  ['file a /nowhere/at/all 755 0 0', 'there is no file /nowhere/at/all'],
  [`file a \${UNSET_THING} 755 0 0`, `\${UNSET_THING} is not set`],
])('%s is refused with its line', (line, problem) => {
  expect(() => read(`# first\n${line}\n`)).toThrow(`${join(directory, 'list')}, line 2: ${problem}`);
});

test('a list that is not there is named', () => {
  expect(() => readDeviceList(join(directory, 'none'), {}, 0)).toThrow('none does not exist');
});
