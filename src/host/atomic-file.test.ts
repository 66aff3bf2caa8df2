import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { temporaryName, writeFileAtomic } from './atomic-file.ts';

const room = testRoom();

test.each<[string, string | Uint8Array]>([
  ['text', 'käse\n'],
  ['bytes', Uint8Array.of(0, 255, 10)],
  ['nothing', ''],
  ['a megabyte', 'x'.repeat(2 ** 20)],
])('writes %s', (_, content) => {
  for (const durable of [true, false]) {
    writeFileAtomic(room('file'), content, { durable });
    expect(readFileSync(room('file'))).toEqual(Buffer.from(content));
    expect(readdirSync(room())).toEqual(['file']);
  }
});

test('gives the mode that is asked for, whatever the old file had', () => {
  writeFileSync(room('file'), 'old', { mode: 0o600 });
  writeFileAtomic(room('file'), 'new', { mode: 0o755 });
  expect(statSync(room('file')).mode & 0o777).toBe(0o755);
});

test('whoever has the old file open goes on reading all of it', () => {
  writeFileAtomic(room('file'), 'the old content');
  const file = openSync(room('file'), 'r');
  writeFileAtomic(room('file'), 'new');
  expect(readFileSync(file, 'utf8')).toBe('the old content');
  closeSync(file);
});

describe('a failure leaves nothing behind:', () => {
  test('a directory is in the way', () => {
    mkdirSync(room('file'));
    expect(() => writeFileAtomic(room('file'), 'x')).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    expect(readdirSync(room())).toEqual(['file']);
  });

  test('there is no directory', () => {
    expect(() => writeFileAtomic(room('no', 'file'), 'x')).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
    expect(readdirSync(room())).toEqual([]);
  });
});

test('a temporary name lies beside the file, is hidden and never the same', () => {
  const names = [1, 2].map(() => temporaryName('/vms/hello'));
  expect(names.map(dirname)).toEqual(['/vms', '/vms']);
  for (const name of names) expect(basename(name)).toMatch(/^\.hello\.\d+\.\d+\.\d+\.tmp$/);
  expect(names[0]).not.toBe(names[1]);
});
