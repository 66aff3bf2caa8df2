import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { contentsOf, placeTree, tameTree } from './tree.ts';

const room = testRoom();
const make = (...directories: string[]) => {
  for (const it of directories) mkdirSync(room(it), { recursive: true });
};

test('what a stranger should not bring is taken away', () => {
  make('got/deep');
  writeFileSync(room('got/deep/suid'), 'x');
  chmodSync(room('got/deep/suid'), 0o6751);
  execFileSync('mkfifo', [room('got/deep/fifo')]);
  symlinkSync('/etc/passwd', room('got/link'));
  make('got/closed');
  chmodSync(room('got/closed'), 0o055);
  expect(tameTree(room('got'))).toBe(1);
  expect(lstatSync(room('got/deep/suid')).mode & 0o7777).toBe(0o751);
  expect(lstatSync(room('got/closed')).mode & 0o7777).toBe(0o755);
  expect(existsSync(room('got/deep/fifo'))).toBe(false);
  expect(lstatSync('/etc/passwd').isFile()).toBe(true);
});

test('a hole does not count', () => {
  make('d');
  writeFileSync(room('d/a'), 'abc');
  execFileSync('truncate', ['-s', '1G', room('d/hole')]);
  expect(contentsOf(room('d'))).toEqual({ files: 2, bytes: 3 });
  expect(contentsOf(room('d/a'))).toEqual({ files: 1, bytes: 3 });
});

test('directories are joined, files replaced, and names are bytes', () => {
  make('from/both', 'from/new', 'to/both');
  for (const [file, text] of Object.entries({
    'from/both/a': 'new',
    'from/new/b': 'b',
    'to/both/a': 'old',
    'to/both/kept': 'kept',
  })) {
    writeFileSync(room(file), text);
  }
  writeFileSync(Buffer.concat([Buffer.from(room('from/both/')), Buffer.of(0xff, 0x0a)]), 'bytes');
  placeTree(room('from'), room('to'));
  expect(readFileSync(room('to/both/a'), 'utf8')).toBe('new');
  expect(readFileSync(room('to/both/kept'), 'utf8')).toBe('kept');
  expect(readFileSync(room('to/new/b'), 'utf8')).toBe('b');
  expect(readdirSync(room('to/both'), { encoding: 'buffer' })).toContainEqual(Buffer.of(0xff, 0x0a));
  expect(readdirSync(room('from'))).toEqual([]);
});

test('a file does not take the place of a directory', () => {
  make('from', 'to/a');
  writeFileSync(room('from/a'), '');
  expect(() => placeTree(room('from'), room('to'))).toThrow('EISDIR');
});
