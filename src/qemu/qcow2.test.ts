import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { has } from '../../test/support/has.ts';
import { readQcow2, resizeEmptyQcow2 } from './qcow2.ts';

let directory: string;
const at = (name: string) => join(directory, name);
const qemuImg = (...args: string[]) => execFileSync('qemu-img', args, { encoding: 'utf8' });
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'qcow2-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const usual = { version: 3, clusterSize: 65_536, backing: undefined, externalData: false, encrypted: false };

test.runIf(has('qemu-img'))('a header says what qemu-img has made', () => {
  qemuImg('create', '-q', '-f', 'qcow2', at('plain'), '3G');
  expect(readQcow2(at('plain'))).toEqual({ ...usual, size: 3 * 2 ** 30 });
  qemuImg('create', '-q', '-f', 'qcow2', '-o', 'compat=0.10', at('old'), '1M');
  expect(readQcow2(at('old'))).toEqual({ ...usual, version: 2, size: 2 ** 20 });
  qemuImg(
    'create',
    '-q',
    '-f',
    'qcow2',
    '-u',
    '-b',
    '../.images/a/disk.raw',
    '-F',
    'raw',
    at('overlay'),
    '1G',
  );
  expect(readQcow2(at('overlay'))?.backing).toBe('../.images/a/disk.raw');
  qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${at('data')}`, at('outside'), '1M');
  expect(readQcow2(at('outside'))?.externalData).toBe(true);
});

test('what is no qcow2 has no header', () => {
  for (const [name, text] of Object.entries({ empty: '', text: 'hello'.repeat(99), short: 'QFI\xfb' })) {
    writeFileSync(at(name), text, 'latin1');
    expect(readQcow2(at(name))).toBeUndefined();
  }
});

test.runIf(has('qemu-img')).each([
  ['1M', 2 ** 20],
  ['20G', 20 * 2 ** 30],
  ['4T', 2 ** 42],
])('an empty overlay takes a size of %s', (_, size) => {
  qemuImg('create', '-q', '-f', 'raw', at('base'), '1M');
  qemuImg('create', '-q', '-f', 'qcow2', '-b', at('base'), '-F', 'raw', at('ready'), '10G');
  copyFileSync(at('ready'), at('copy'));
  expect(resizeEmptyQcow2(at('copy'), size)).toBe(true);
  expect(JSON.parse(qemuImg('info', '--output=json', at('copy')))['virtual-size']).toBe(size);
  expect(qemuImg('check', at('copy'))).toContain('No errors');
  execFileSync('qemu-io', ['-f', 'qcow2', '-c', `write -P 7 ${size - 65_536} 64k`, at('copy')]);
  execFileSync('qemu-io', ['-f', 'qcow2', '-c', `read -P 7 ${size - 65_536} 64k`, at('copy')]);
  expect(qemuImg('check', at('copy'))).toContain('No errors');
});

test.runIf(has('qemu-img'))('one that its table cannot hold is left as it is', () => {
  qemuImg('create', '-q', '-f', 'qcow2', at('small'), '1M');
  expect(resizeEmptyQcow2(at('small'), 2 ** 43)).toBe(false);
  expect(readQcow2(at('small'))?.size).toBe(2 ** 20);
});
