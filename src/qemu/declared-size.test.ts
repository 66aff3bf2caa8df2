import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { has } from '../../test/support/has.ts';
import { declaredEnd } from './declared-size.ts';

const size = 64 * 2 ** 20;
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'declared-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function headAfter(name: string, command: string, args: string[], input = ''): Buffer {
  const file = join(directory, name);
  const descriptor = openSync(file, 'w+');
  try {
    ftruncateSync(descriptor, size);
    execFileSync(command, [...args, file], { input, stdio: ['pipe', 'ignore', 'ignore'] });
    const head = Buffer.alloc(2 ** 17);
    readSync(descriptor, head, 0, head.length, 0);
    return head;
  } finally {
    closeSync(descriptor);
  }
}

test.runIf(has('mke2fs'))('a file system says where it ends', () => {
  expect(declaredEnd(headAfter('ext4', 'mke2fs', ['-q', '-t', 'ext4']))).toBe(size);
  expect(declaredEnd(headAfter('ext2', 'mke2fs', ['-q', '-t', 'ext2', '-b', '1024']))).toBe(size);
});

test.runIf(has('sfdisk'))('and so does a partition', () => {
  const table = 'label: dos\nstart=2048, size=20480\nstart=30000, size=10000\n';
  expect(declaredEnd(headAfter('mbr', 'sfdisk', ['-q'], table))).toBe(40_000 * 512);
  expect(
    declaredEnd(headAfter('gpt', 'sfdisk', ['-q'], 'label: gpt\nstart=2048, size=4096\n')),
  ).toBeGreaterThanOrEqual(size);
});

test('nothing else does', () => {
  expect(declaredEnd(Buffer.alloc(2 ** 17))).toBe(0);
  expect(declaredEnd(Buffer.alloc(0))).toBe(0);
  expect(declaredEnd(Buffer.alloc(100, 0xff))).toBe(0);
});
