import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileOf } from './files.ts';
import { type LogPlace, logEnd, readLogSince } from './log-file.ts';
import type { Machine } from './machine.ts';

let machine: Machine;

beforeEach(() => {
  machine = { directory: mkdtempSync(join(tmpdir(), 'log-file-')) } as Machine;
  mkdirSync(fileOf(machine, 'log'));
});
afterEach(() => rmSync(machine.directory, { recursive: true }));

const say = (text: string) => appendFileSync(fileOf(machine, 'logCurrent'), text);

/** What the log service does with a file that is full. */
const rotate = () => {
  renameSync(fileOf(machine, 'logCurrent'), fileOf(machine, 'logPrevious'));
  writeFileSync(fileOf(machine, 'logCurrent'), '');
};

const since = (place: LogPlace) => readLogSince(machine, place).bytes.toString();

test('what was written after a place is read on, over the end of a file', () => {
  say('one ');
  const place = logEnd(machine);
  say('two ');
  expect(since(place)).toBe('two ');
  rotate();
  say('three');
  expect(since(place)).toBe('two three');
});

test('a place in a file that is gone is none in another one that has its inode', () => {
  say('a long line of long ago');
  const place = logEnd(machine);
  truncateSync(fileOf(machine, 'logCurrent'));
  say('the last words');
  expect(since(place)).toBe('the last words');
});
