import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isVivariumError } from '../../base/errors.ts';
import { Scope } from '../../base/scope.ts';
import { findTool } from '../../host/find-tool.ts';
import { cpio } from '../cpio.ts';
import type { CpioEntry } from '../cpio-entry.ts';
import { readInitramfs } from './read.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'initramfs-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function archive(...entries: CpioEntry[]): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for await (const block of cpio(entries)) blocks.push(block);
  return Buffer.concat(blocks);
}

const text = (path: string, content: string | Buffer): CpioEntry => {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(content) };
};

interface Seen {
  path: string;
  segment: number;
  packing: string;
  offset: number;
  content?: string;
}

/** What is in a file of these bytes, and what was thrown behind that. */
async function read(...bytes: Buffer[]): Promise<{ seen: Seen[]; error?: string }> {
  const file = join(directory, 'initramfs');
  writeFileSync(file, Buffer.concat(bytes));
  const seen: Seen[] = [];
  try {
    for await (const { path, kind, segment, content } of readInitramfs(new Scope(), file)) {
      const { index, packing, offset } = segment;
      const own = kind === 'file' ? { content: (await content()).toString('latin1') } : {};
      seen.push({ path, segment: index, packing, offset, ...own });
    }
  } catch (error) {
    if (!isVivariumError(error, 'initramfs-unreadable')) throw error;
    return { seen, error: error.message.replace(`${file} cannot be read as an initramfs: `, '') };
  }
  return { seen };
}

const zeros = (count: number) => Buffer.alloc(count);

/** More than a tool or a reader handles at once, and not to be compressed. */
const noise = Buffer.from(
  Array.from({ length: 700_000 }, (_, index) => (Math.imul(index, 2654435761) >>> 13) & 255),
);

const tools: Record<string, string[]> = {
  zstd: ['zstd', '-q', '-c'],
  'zstd, without a checksum': ['zstd', '-q', '-c', '--no-check', '-19'],
  'lz4 as the kernel reads it': ['lz4', '-q', '-c', '-l'],
  lz4: ['lz4', '-q', '-c', '--content-size', '-BX', '-B4'],
  xz: ['xz', '-c', '--check=crc32'],
  'xz of several blocks': ['xz', '-c', '-0', '--block-size=100000'],
  bzip2: ['bzip2', '-c', '-1'],
  gzip: ['gzip', '-c'],
};

describe.each(Object.entries(tools))('packed by %s', (name, [tool = '', ...args]) => {
  const packed = (bytes: Buffer) => execFileSync(tool, args, { input: bytes, maxBuffer: 2 ** 26 });
  const packing = name.split(/[ ,]/)[0];

  test.skipIf(!findTool(tool))('it is one segment among others, with zeros between or not', async () => {
    const first = await archive(text('kernel/x86/microcode', 'early'));
    const middle = await archive(text('main', noise), text('small', 'of main'));
    const last = await archive(text('last', 'behind'));
    const main = packed(middle);
    const gap = zeros(512);
    const aligned = zeros(1024 - ((first.length + gap.length + main.length) % 512));
    const { seen, error } = await read(first, gap, main, aligned, last);
    expect(error).toBeUndefined();
    expect(seen).toEqual([
      { path: 'kernel/x86/microcode', segment: 0, packing: 'none', offset: 0, content: 'early' },
      { path: 'main', segment: 1, packing, offset: first.length + 512, content: noise.toString('latin1') },
      { path: 'small', segment: 1, packing, offset: first.length + 512, content: 'of main' },
      {
        path: 'last',
        segment: 2,
        packing: 'none',
        offset: first.length + gap.length + main.length + aligned.length,
        content: 'behind',
      },
    ]);
    const again = await read(main, packed(last));
    expect(again.error).toBeUndefined();
    expect(again.seen.at(-1)).toMatchObject({
      path: 'last',
      segment: 1,
      offset: main.length,
      content: 'behind',
    });
  });

  test.skipIf(!findTool(tool))('one archive may be packed in several parts', async () => {
    const whole = await archive(text('a', noise), text('b', 'end'));
    const { seen, error } = await read(packed(whole.subarray(0, 300_000)), packed(whole.subarray(300_000)));
    expect(error).toBeUndefined();
    expect(seen.map(({ path, segment }) => `${path} ${segment}`)).toEqual(['a 0', 'b 0']);
  });

  test.skipIf(!findTool(tool))('it is cut off or damaged, and the byte is told', async () => {
    const before = await archive(text('before', 'it'));
    const main = packed(await archive(text('main', noise)));
    for (const length of [20, 1000, main.length - 1]) {
      const { error } = await read(before, main.subarray(0, length));
      expect(error).toMatch(new RegExp(`^at byte ${before.length}, .* (cut off|damaged)`));
    }
    if (name.includes('kernel') || name.includes('without')) return; // nothing in it tells
    const broken = Buffer.from(main);
    broken.fill(0x55, broken.length >> 1, (broken.length >> 1) + 40);
    expect((await read(before, broken)).error).toMatch(new RegExp(`^at byte ${before.length}, .*damaged`));
  });
});

test.skipIf(!findTool('xz'))('lzma can be the last', async () => {
  const main = await archive(text('main', 'x'));
  const packed = execFileSync('xz', ['-c', '--format=lzma'], { input: main });
  expect(await read(await archive(), packed)).toMatchObject({ seen: [{ path: 'main', packing: 'lzma' }] });
});

test('what stands in the header of gzip is passed over', async () => {
  const data = await archive(text('a', 'b'));
  const plain = gzipSync(data);
  const flags = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3]);
  const more = Buffer.concat([
    Buffer.from([3, 0]),
    Buffer.from('abc'),
    Buffer.from('name\0comment\0'),
    zeros(2),
  ]);
  const { seen, error } = await read(flags, more, deflateRawSync(data), plain.subarray(-8));
  expect([seen.length, error]).toEqual([1, undefined]);
});

describe('the kinds of entries', () => {
  test('are told with all that is said of them', async () => {
    const hardLink = { count: 2 };
    const file = join(directory, 'kinds');
    const entries: CpioEntry[] = [
      { kind: 'directory', path: 'dev', mode: 0o1755, uid: 3, gid: 4, mtime: 0xffffffff },
      { kind: 'block', path: 'dev/b', mode: 0o660, major: 259, minor: 70_000 },
      { kind: 'socket', path: 's', mode: 0o600 },
      { kind: 'fifo', path: 'p', mode: 0o600 },
      { kind: 'symlink', path: 'l', target: '../ä' },
      { kind: 'file', path: 'one', mode: 0o4755, content: Buffer.alloc(0), hardLink },
      { kind: 'file', path: './two', mode: 0o4755, content: Buffer.from('2'), hardLink },
    ];
    writeFileSync(file, await archive(...entries));
    const seen: unknown[] = [];
    for await (const { segment, rawPath, content, ...entry } of readInitramfs(new Scope(), file))
      seen.push(entry);
    const usual = { uid: 0, gid: 0, mtime: 0, size: 0, links: 1 };
    expect(seen).toEqual([
      {
        ...usual,
        path: 'dev',
        kind: 'directory',
        mode: 0o1755,
        uid: 3,
        gid: 4,
        mtime: 0xffffffff,
        links: 2,
        inode: 1,
      },
      { ...usual, path: 'dev/b', kind: 'block', mode: 0o660, major: 259, minor: 70_000, inode: 2 },
      { ...usual, path: 's', kind: 'socket', mode: 0o600, inode: 3 },
      { ...usual, path: 'p', kind: 'fifo', mode: 0o600, inode: 4 },
      { ...usual, path: 'l', kind: 'symlink', mode: 0o777, target: '../ä', size: 5, inode: 5 },
      { ...usual, path: 'one', kind: 'file', mode: 0o4755, links: 2, inode: 6 },
      { ...usual, path: 'two', kind: 'file', mode: 0o4755, links: 2, size: 1, inode: 6 },
    ]);
  });

  test.skipIf(!findTool('cpio'))('have a checksum in the format crc, which has to be right', async () => {
    const tree = mkdtempSync(join(directory, 'crc-'));
    writeFileSync(join(tree, 'file'), noise);
    const bytes = execFileSync('sh', ['-c', 'echo file | cpio -o -H crc --quiet'], {
      cwd: tree,
      maxBuffer: 2 ** 24,
    });
    expect((await read(bytes)).seen).toMatchObject([{ path: 'file', content: noise.toString('latin1') }]);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    expect((await read(bytes)).error).toBe('at byte 0, file begins, whose checksum is another.');
  });
});

describe('what is hostile or damaged is told by the byte at which it is', () => {
  /** The header of an entry with a field set to something else. */
  const patched = async (field: number, value: string) => {
    const bytes = await archive(text('a', 'x'), text('name', 'content'));
    const second = bytes.indexOf('070701', 6);
    bytes.write(value, second + 6 + field * 8);
    return bytes;
  };

  test.each<[what: string, field: number, value: string, problem: RegExp]>([
    ['a size beyond the file', 6, 'fffffffe', /^at byte 116, an entry begins that is cut off/],
    ['a name beyond the file', 11, '00000fff', /^at byte 116, an entry begins that is cut off/],
    [
      'a name beyond all names',
      11,
      'ffffffff',
      /^at byte 116, an entry begins whose name has 4294967295 bytes/,
    ],
    ['no name', 11, '00000000', /^at byte 116, an entry begins whose name has 0 bytes/],
    ['a name without an end', 11, '00000004', /^at byte 116, an entry begins whose name has no end/],
    ['no number', 6, '0000000g', /^at byte 116, something stands that is no entry/],
    ['no kind', 1, '00000001', /^at byte 116, an entry begins whose mode is 1/],
    ['a link of any length', 1, '0000a1ff', /^$/],
  ])('%s', async (_, field, value, problem) => {
    const { error = '' } = await read(await patched(field, value));
    expect(error).toMatch(problem);
  });

  test('nothing, and nothing but zeros', async () => {
    expect(await read()).toEqual({ seen: [] });
    expect(await read(zeros(100_000))).toEqual({ seen: [] });
  });

  test('an archive without a trailer, as the kernel takes it', async () => {
    const bytes = await archive(text('a', 'b'));
    const { seen, error } = await read(bytes.subarray(0, bytes.indexOf('070701', 6)));
    expect([seen.length, error]).toEqual([1, undefined]);
  });

  test('something else', async () => {
    expect((await read(Buffer.from('#!/bin/sh'))).error).toMatch(
      /^at byte 0, something begins that is no archive/,
    );
    expect((await read(Buffer.from(`070707${'0'.repeat(70)}`))).error).toMatch(/old portable format/);
    const bytes = await archive(text('a', 'b'));
    expect((await read(bytes, Buffer.from('junk'))).error).toMatch(/^at byte 512, something begins/);
    expect((await read(bytes, zeros(2), bytes)).error).toMatch(
      /^at byte 514, an entry begins at no multiple/,
    );
  });

  test('a file that is not there, or is a directory', async () => {
    const first = (file: string) => readInitramfs(new Scope(), file).next();
    await expect(first(join(directory, 'none'))).rejects.toThrow('none does not exist');
    await expect(first(directory)).rejects.toThrow('there is no file');
  });

  test.skipIf(!findTool('zstd'))('damage within what is packed well', async () => {
    const bytes = await patched(6, 'ffffffff');
    const packed = execFileSync('zstd', ['-q', '-c'], { input: bytes });
    expect((await read(packed)).error).toBe(
      'at byte 0, an entry begins that is cut off (byte 116 of what it unpacks to).',
    );
  });
});

test.skipIf(!findTool('zstd'))('who leaves early leaves nothing running', async () => {
  const file = join(directory, 'large');
  const large = text('large', Buffer.alloc(8 * 2 ** 20));
  writeFileSync(file, execFileSync('zstd', ['-q'], { input: await archive(text('first', ''), large) }));
  for await (const { path } of readInitramfs(new Scope(), file)) {
    expect(path).toBe('first');
    break;
  }
  await expect.poll(() => process.getActiveResourcesInfo(), { timeout: 8000 }).not.toContain('ProcessWrap');
});
