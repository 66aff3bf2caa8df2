import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bzImage } from '../../test/support/bz-image.ts';
import { has } from '../../test/support/has.ts';
import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { readVmlinux } from './kernel.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kernel-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const kernel = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(5000, 'kernel ')]);

function withSize(packed: Buffer, size = kernel.length): Buffer {
  const end = Buffer.alloc(4);
  end.writeUInt32LE(size);
  return Buffer.concat([packed, end]);
}

async function read(image: Buffer): Promise<Buffer> {
  const file = join(directory, 'vmlinuz');
  writeFileSync(file, image);
  return readVmlinux(new Scope(), file);
}

async function problemOf(image: Buffer): Promise<string> {
  try {
    await read(image);
  } catch (error) {
    if (isVivariumError(error, 'kernel-unreadable')) return error.details.problem;
    throw error;
  }
  throw new Error('It was read.');
}

describe('a kernel is taken out of its bzImage', () => {
  test('gzip, which ends with the size of its own accord', async () => {
    expect(await read(bzImage(gzipSync(kernel)))).toEqual(kernel);
  });

  test('zstd', async () => {
    expect(await read(bzImage(withSize(zstdCompressSync(kernel))))).toEqual(kernel);
  });

  test('not packed at all', async () => {
    expect(await read(bzImage(withSize(kernel)))).toEqual(kernel);
  });

  const tools = [
    ['xz', '-c'],
    ['xz', '-c', '--format=lzma'],
    ['lz4', '-lc'],
    ['bzip2', '-c'],
    ['lzop', '-c'],
  ];
  for (const [tool = '', ...args] of tools) {
    test.skipIf(!has(tool))(`${tool} ${args.join(' ')} (needs ${tool})`, async () => {
      const packed = spawnSync(tool, args, { input: kernel }).stdout;
      expect(await read(bzImage(withSize(packed)))).toEqual(kernel);
    });
  }

  test('an ELF file is returned as it is', async () => {
    expect(await read(kernel)).toEqual(kernel);
  });

  test('0 setup sectors stand for 4', async () => {
    expect(await read(bzImage(gzipSync(kernel), { setupSectors: 0 }))).toEqual(kernel);
  });
});

describe('what is no such kernel is refused with the reason', () => {
  test('garbage', async () => {
    expect(await problemOf(Buffer.alloc(100_000, 'garbage'))).toBe('it has no boot header');
    expect(await problemOf(Buffer.alloc(0))).toBe('it has no boot header');
  });

  test('an old boot protocol', async () => {
    const old = bzImage(gzipSync(kernel), { version: 0x0206 });
    expect(await problemOf(old)).toBe('its boot protocol is 2.6, older than 2.8');
  });

  test('a truncated file', async () => {
    const image = bzImage(gzipSync(kernel));
    const cut = image.subarray(0, image.length - 120);
    expect(await problemOf(cut)).toMatch(/^its kernel ends at byte \d+, the file at byte \d+$/);
  });

  test('a packing that nobody knows', async () => {
    const problem = await problemOf(bzImage(Buffer.alloc(200, 'ab')));
    expect(problem).toBe('its kernel is packed in an unknown way, 61626162');
  });

  test('damaged data, for Node and for a tool', async () => {
    const gzip = gzipSync(kernel);
    gzip.fill(0, 20, 40);
    expect(await problemOf(bzImage(gzip))).toBe('its gzip data are damaged');
    const there = spawnSync('xz', ['--version']).error === undefined;
    const xz = Buffer.from('fd377a585a000000', 'hex');
    if (there) expect(await problemOf(bzImage(withSize(xz)))).toBe('its xz data are damaged');
  });

  test('a size that is not the one it says', async () => {
    const problem = await problemOf(bzImage(withSize(zstdCompressSync(kernel), 4711)));
    expect(problem).toBe(`it unpacks to ${kernel.length} bytes, not to 4711 as it says`);
  });

  test('something else than an ELF file inside', async () => {
    const problem = await problemOf(bzImage(gzipSync(Buffer.alloc(4000))));
    expect(problem).toBe('what it holds, packed by gzip, is no ELF file');
  });

  test('a file that is not there', async () => {
    const failed = readVmlinux(new Scope(), join(directory, 'absent'));
    await expect(failed).rejects.toSatisfy((error) => isVivariumError(error, 'file-missing'));
  });
});
