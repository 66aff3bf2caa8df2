import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { type CpioEntry, cpio } from './cpio.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cpio-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function pieces(entries: CpioEntry[]): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const piece of cpio(entries)) all.push(piece);
  return all;
}

async function archive(entries: CpioEntry[]): Promise<Buffer> {
  return Buffer.concat(await pieces(entries));
}

const text = (path: string, content: string): CpioEntry => {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(content) };
};

describe('the bytes of an entry', () => {
  test('a file: header, name and data, each filled up to four bytes', async () => {
    const bytes = await archive([text('etc/name', 'tiny\n')]);
    const fields = ['00000001', '000081a4', '00000000', '00000000', '00000001', '00000000', '00000005'];
    const rest = ['00000000', '00000000', '00000000', '00000000', '00000009', '00000000'];
    const header = `070701${fields.join('')}${rest.join('')}`;
    expect(bytes.toString('latin1', 0, 128)).toBe(`${header}etc/name\0\0tiny\n\0\0\0`);
  });

  test('a device has its numbers in the last two fields before the name', async () => {
    const device: CpioEntry = { kind: 'character', path: 'dev/ttyS0', mode: 0o600, major: 4, minor: 64 };
    const bytes = await archive([device]);
    expect(bytes.toString('latin1', 14, 22)).toBe('00002180');
    expect(bytes.toString('latin1', 78, 94)).toBe('0000000400000040');
  });

  test('the trailer ends the archive, which is filled up to what GNU cpio reads at once', async () => {
    const bytes = await archive([]);
    expect(bytes.toString('latin1', 110, 121)).toBe('TRAILER!!!\0');
    expect(bytes.length).toBe(512);
  });

  test('equal entries give equal bytes', async () => {
    expect(await archive([text('a', 'b')])).toEqual(await archive([text('a', 'b')]));
  });
});

describe('files of the host', () => {
  test('are read piece by piece and give what the same bytes in memory give', async () => {
    const content = 'x'.repeat(1_300_001);
    const file = join(directory, 'large');
    writeFileSync(file, content);
    const entry: CpioEntry = { kind: 'file', path: 'large', mode: 0o644, content: { file } };
    expect(await archive([entry])).toEqual(await archive([text('large', content)]));
    expect((await pieces([entry])).length).toBeGreaterThan(1);
  });

  test('may be empty', async () => {
    const file = join(directory, 'empty');
    writeFileSync(file, '');
    const entry: CpioEntry = { kind: 'file', path: 'empty', mode: 0o644, content: { file } };
    expect(await archive([entry])).toEqual(await archive([text('empty', '')]));
  });

  test('that are not there are named', async () => {
    const file = join(directory, 'absent');
    const failed = archive([{ kind: 'file', path: 'a', mode: 0o644, content: { file } }]);
    await expect(failed).rejects.toSatisfy((error) => isVivariumError(error, 'file-missing'));
  });
});

const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) =>
  statSync(path, { throwIfNoEntry: false }),
);

test.skipIf(!busybox)('busybox unpacks it (needs busybox)', async () => {
  const input = await archive([
    { kind: 'directory', path: 'bin', mode: 0o755 },
    { kind: 'file', path: 'bin/run', mode: 0o755, content: Buffer.from('#!/bin/sh\n') },
    { kind: 'symlink', path: 'bin/link', target: 'run' },
    text('größe', 'ä'),
  ]);
  const listed = execFileSync(busybox ?? '', ['cpio', '-t'], { input, stdio: 'pipe' }).toString();
  expect(listed.split('\n')).toEqual(['bin', 'bin/run', 'bin/link', 'größe', '']);
  execFileSync(busybox ?? '', ['cpio', '-i'], { input, cwd: directory, stdio: 'pipe' });
  expect(statSync(join(directory, 'bin/run')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(join(directory, 'bin/link'))).toBe('run');
  expect(readFileSync(join(directory, 'größe'), 'utf8')).toBe('ä');
});
