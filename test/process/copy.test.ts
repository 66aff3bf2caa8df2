import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Scope } from '../../src/base/scope.ts';
import { copy } from '../../src/host/copy.ts';
import { testRoot } from '../support/place.ts';

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(testRoot, 'copy-'));
  writeFileSync(join(room, 'disk'), 'begin');
  truncateSync(join(room, 'disk'), 2 ** 26);
});
afterEach(() => rmSync(room, { recursive: true }));

const at = (name: string) => join(room, name);

test('a copy is another file, and holes take no place in it', async () => {
  await copy(new Scope(), at('disk'), at('copy'));
  expect(readFileSync(at('copy')).equals(readFileSync(at('disk')))).toBe(true);
  expect(statSync(at('copy')).blocks * 512).toBeLessThan(2 ** 20);
  writeFileSync(at('copy'), 'other');
  expect(statSync(at('disk')).size).toBe(2 ** 26);
});

test('a link is the same file under another name', async () => {
  await copy(new Scope(), at('disk'), at('moved'), { link: true });
  expect(statSync(at('moved')).ino).toBe(statSync(at('disk')).ino);
});

test('a directory comes with all that is in it, and what its links point to', async () => {
  mkdirSync(at('from/deep'), { recursive: true });
  writeFileSync(at('from/deep/a'), 'a');
  symlinkSync('../disk', at('from/link'));
  await copy(new Scope(), at('from'), at('to'));
  rmSync(at('disk'));
  expect(readFileSync(at('to/deep/a'), 'utf8')).toBe('a');
  expect(statSync(at('to/link')).size).toBe(2 ** 26);
});

const elsewhere = '/dev/shm';
const other = existsSync(elsewhere) && statSync(elsewhere).dev !== statSync(testRoot).dev;

test.skipIf(!other)('where another file system is the target, a link is a copy', async () => {
  const target = mkdtempSync(join(elsewhere, 'vivarium-copy-'));
  try {
    await copy(new Scope(), at('disk'), join(target, 'disk'), { link: true });
    expect(readFileSync(join(target, 'disk'), 'utf8').slice(0, 5)).toBe('begin');
  } finally {
    rmSync(target, { recursive: true });
  }
});

test('what is not there is said by the tool', async () => {
  await expect(copy(new Scope(), at('none'), at('copy'))).rejects.toMatchObject({ code: 'command-failed' });
  expect(existsSync(at('copy'))).toBe(false);
});
