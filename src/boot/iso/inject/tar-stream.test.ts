import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { Scope } from '../../../base/scope.ts';
import type { CpioEntry } from '../../cpio.ts';
import { tarStream } from './tar-stream.ts';

const scope = new Scope();
const list = (...entries: CpioEntry[]) =>
  execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--full-time', '--utc', '--file=-'], {
    input: Buffer.concat([...tarStream(scope, entries)]),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
    .split('\n')
    .filter((line) => line !== '');

test('tar reads every kind of entry, and whatever name', () => {
  const long = `${'d'.repeat(150)}/${'e'.repeat(110)}`;
  const name = { mode: 0o644, content: Buffer.from('some text') } as const;
  const lines = list(
    { kind: 'directory', path: 'etc', mode: 0o1777, uid: 1000, gid: 7, mtime: 86_400 },
    { kind: 'file', path: long, ...name },
    { kind: 'symlink', path: 'link', target: long },
    { kind: 'character', path: 'null', mode: 0o666, major: 1, minor: 3 },
    { kind: 'fifo', path: 'pipe', mode: 0o600 },
    { kind: 'file', path: 'ü', ...name },
  );
  expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
    'drwxrwxrwt 1000/7 0 1970-01-02 00:00:00 etc',
    `-rw-r--r-- 0/0 9 1970-01-01 00:00:00 ${long}`,
    `lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 link -> ${long}`,
    'crw-rw-rw- 0/0 1,3 1970-01-01 00:00:00 null',
    'prw------- 0/0 0 1970-01-01 00:00:00 pipe',
    String.raw`-rw-r--r-- 0/0 9 1970-01-01 00:00:00 \303\274`,
  ]);
});

test('the names of one file come behind the one that has its content', () => {
  const hardLink = { count: 3 };
  const nothing = Buffer.alloc(0);
  const name = (path: string, content: Buffer): CpioEntry => ({
    kind: 'file',
    path,
    mode: 0o755,
    content,
    hardLink,
  });
  const lines = list(name('a', nothing), name('b', nothing), name('c', Buffer.from('text')));
  expect(lines.map((line) => line.replace(/^.*00:00:00 /, ''))).toEqual(['c', 'a link to c', 'b link to c']);
});

test('a socket is left out, and said to be', () => {
  const warnings: string[] = [];
  const warned = new Scope({ report: ({ text }) => warnings.push(text) });
  expect([...tarStream(warned, [{ kind: 'socket', path: 'run/s', mode: 0o600 }])]).toHaveLength(1);
  expect(warnings).toEqual(['run/s is a socket, and left out.']);
});

test('a file that has changed since it was looked at is an error', () => {
  const content = { file: import.meta.filename, size: 1 };
  const entries: CpioEntry[] = [{ kind: 'file', path: 'x', mode: 0o644, content }];
  expect(() => [...tarStream(scope, entries)]).toThrow(expect.objectContaining({ code: 'file-changed' }));
});
