import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { constants, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/base/error-table.ts';
import { compareImage } from '../../src/cartridge/deploy/compare-image.ts';
import { deploy, planDeployment } from '../../src/cartridge/deploy/deploy.ts';
import { openImage } from '../../src/cartridge/deploy/image.ts';
import { writeImage } from '../../src/cartridge/deploy/write-image.ts';
import { claimDevice } from '../../src/host/block/claimed.ts';
import { type Progress, Scope } from '../../src/index.ts';
import { canLoop, knownParts, type LoopDevice, loopDevice } from '../support/loop-device.ts';
import { testRoot } from '../support/place.ts';

const mebibyte = 2 ** 20;
const size = 32 * mebibyte;

describe.skipIf(!canLoop)('a device that is a file', () => {
  let directory: string;
  let loop: LoopDevice;

  beforeEach(() => {
    directory = mkdtempSync(join(testRoot, 'deploy-'));
    loop = loopDevice(join(directory, 'device'), size);
  });

  afterEach(() => {
    loop[Symbol.dispose]();
    rmSync(directory, { recursive: true });
  });

  /** An image of random bytes with a boot sector, that long. */
  const makeImage = (length: number): { file: string; content: Buffer } => {
    const file = join(directory, 'live.img');
    const content = randomFillSync(Buffer.alloc(length));
    content.writeUInt16LE(0xaa55, 510);
    writeFileSync(file, content);
    return { file, content };
  };

  const scope = () => new Scope({ timeout: 50_000 });
  const plan = (image: string, device = loop.path) => planDeployment(scope(), { image, device, force: true });
  const write = (image: string, yes: string | undefined = loop.name, device = loop.path, within = scope()) =>
    deploy(within, { image, device, force: true }, { yes });
  const refused = (code: ErrorCode, reason: string) => ({
    code,
    details: expect.objectContaining({ reason }),
  });

  /** The device while it is ours, to go step by step. */
  const claimed = async (file: string) => {
    const image = await openImage(file);
    const device = await claimDevice(loop.path, () => 'It holds something.');
    const place = { path: loop.path, size, blockSize: 512 };
    return {
      write: (told = (_: number) => {}) => writeImage(image, device, place, told),
      compare: () => compareImage(image, device, place, () => {}),
      [Symbol.asyncDispose]: async () => {
        await device[Symbol.asyncDispose]();
        await image[Symbol.asyncDispose]();
      },
    };
  };

  test.each([
    ['shorter than what is written last', 4096 + 512],
    ['that ends within a block', 9 * mebibyte + 100],
    ['as large as the device', size],
  ])('holds an image %s, byte for byte', async (_, length) => {
    loop.patch(0, Buffer.alloc(size, 0xee));
    const { file, content } = makeImage(length);
    expect(await write(file)).toMatchObject({ name: loop.name, path: loop.path, image: file, bytes: length });
    expect(loop.bytes(0, length).equals(content)).toBe(true);
    const left = loop.bytes(Math.max(length + 512, mebibyte), size);
    const [kept, wiped] = [left.subarray(0, -mebibyte), left.subarray(-mebibyte)];
    expect(kept.equals(Buffer.alloc(kept.length, 0xee))).toBe(true);
    expect(wiped.equals(Buffer.alloc(wiped.length))).toBe(true);
  });

  test('may have larger blocks, of which is warned', async () => {
    loop[Symbol.dispose]();
    loop = loopDevice(join(directory, 'device'), size, 4096);
    const { file, content } = makeImage(9 * mebibyte + 512);
    const warnings: string[] = [];
    const report = (progress: Progress) => progress.kind === 'warning' && warnings.push(progress.text);
    await write(file, loop.name, loop.path, new Scope({ report }));
    expect(loop.bytes(0, content.length).equals(content)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('has blocks of 4096 bytes')]);
  });

  test('loses its old partitions, and the copy of their table at its end', async () => {
    const [first = ''] = loop.part(2);
    execFileSync('mkfs.ext4', ['-q', '-L', 'my "data"', first]);
    const { file } = makeImage(5 * mebibyte);
    const before = (await plan(file)).device;
    expect(before).toMatchObject({ table: 'gpt', removable: false, size });
    expect(before.parts).toEqual([
      { name: `${loop.name}p1`, size: 8 * mebibyte, fileSystem: 'ext4', label: 'my "data"' },
      { name: `${loop.name}p2`, size: 8 * mebibyte },
    ]);
    expect(await write(file)).toMatchObject({ tableRead: true });
    expect(knownParts(loop.name)).toEqual([]);
    expect((await plan(file)).device).toMatchObject({ parts: [], table: undefined, fileSystem: undefined });
    expect(loop.bytes(size - mebibyte, mebibyte).includes('EFI PART')).toBe(false);
  });

  test('is found by a link to it, which is said', async () => {
    const link = join(directory, 'by-id');
    symlinkSync(loop.path, link);
    expect((await plan(makeImage(mebibyte).file, link)).device).toMatchObject({ path: loop.path, via: link });
  });

  test('a byte that it lost is found', async () => {
    await using at = await claimed(makeImage(9 * mebibyte).file);
    await at.write();
    await at.compare();
    const [byte = 0] = loop.bytes(5 * mebibyte + 4321, 1);
    loop.patch(5 * mebibyte + 4321, Buffer.from([byte ^ 1]));
    await expect(at.compare()).rejects.toMatchObject({
      code: 'device-differs',
      details: { offset: 5 * mebibyte + 4321 },
    });
  });

  test('with a part of an image it looks like nothing at all', async () => {
    loop.part(1);
    const { file, content } = makeImage(20 * mebibyte);
    const leaving = new AbortController();
    const scope = new Scope({
      signal: leaving.signal,
      report: (progress) => {
        if (progress.kind === 'step' && (progress.done ?? 0) > 8 * mebibyte) leaving.abort();
      },
    });
    await expect(write(file, loop.name, loop.path, scope)).rejects.toMatchObject({
      code: 'deploy-interrupted',
      exitCode: 130,
      message: expect.stringMatching(/holds a part of live\.img \(\d+M of 20M\), which does not boot/),
    });
    expect(loop.bytes(0, mebibyte).equals(Buffer.alloc(mebibyte))).toBe(true);
    expect(loop.bytes(mebibyte, mebibyte).equals(content.subarray(mebibyte, 2 * mebibyte))).toBe(true);
    expect(
      execFileSync('sh', ['-c', 'blkid --probe "$0" || echo nothing', loop.path], { encoding: 'utf8' }),
    ).toBe('nothing\n');
    await write(file);
  });

  test('an image that changes meanwhile is told', async () => {
    const { file } = makeImage(9 * mebibyte);
    await using at = await claimed(file);
    await expect(at.write(() => utimesSync(file, 1, 1))).rejects.toMatchObject({ code: 'image-changed' });
  });

  test('a name that is missing or wrong writes nothing', async () => {
    const { file } = makeImage(mebibyte);
    const before = loop.bytes(0, size);
    for (const yes of [undefined, '', 'sda', `${loop.name}0`]) {
      const attempt = deploy(scope(), { image: file, device: loop.path, force: true }, { yes });
      await expect(attempt).rejects.toMatchObject({
        code: 'device-unconfirmed',
        hint: expect.stringContaining(`--yes ${loop.name} --force`),
      });
    }
    expect(loop.bytes(0, size).equals(before)).toBe(true);
  });

  test('another device than the one that was looked at is not written to', async () => {
    const { file } = makeImage(mebibyte);
    const confirmed = { yes: loop.name, identity: (await plan(file)).device.identity };
    loop[Symbol.dispose]();
    loop = loopDevice(join(directory, 'another'), size);
    const attempt = deploy(
      scope(),
      { image: file, device: loop.path, force: true },
      { ...confirmed, yes: loop.name },
    );
    await expect(attempt).rejects.toMatchObject(refused('device-unfit', 'changed'));
  });

  test('is refused while it is in use, by whoever and however', async () => {
    const { file } = makeImage(mebibyte);
    const [first = '', second = ''] = loop.part(2);
    const mount = join(directory, 'mount');
    mkdirSync(mount);
    execFileSync('mkfs.ext4', ['-q', first]);
    execFileSync('mkswap', [second], { stdio: 'ignore' });

    execFileSync('mount', [first, mount]);
    try {
      await expect(write(file)).rejects.toMatchObject(refused('device-busy', 'mounted'));
      const within = join(mount, 'within.img');
      writeFileSync(within, makeImage(mebibyte).content);
      await expect(write(within)).rejects.toMatchObject(refused('device-busy', 'holds-image'));
    } finally {
      execFileSync('umount', [mount]);
    }

    execFileSync('swapon', [second]);
    try {
      await expect(write(file)).rejects.toMatchObject(refused('device-busy', 'swap'));
    } finally {
      execFileSync('swapoff', [second]);
    }

    for (const flags of [constants.O_RDONLY | constants.O_EXCL, constants.O_WRONLY]) {
      await using _other = await open(first, flags);
      await expect(write(file)).rejects.toMatchObject(refused('device-busy', 'open'));
    }

    await expect(write(file, loop.name, first)).rejects.toMatchObject(refused('device-unfit', 'partition'));
    await write(file);
  });

  test('is refused where it is too small, or without --force', async () => {
    const { file } = makeImage(size + 512);
    await expect(write(file)).rejects.toMatchObject(refused('device-unfit', 'too-small'));
    const unforced = planDeployment(scope(), {
      image: makeImage(mebibyte).file,
      device: loop.path,
      force: false,
    });
    await expect(unforced).rejects.toMatchObject(refused('device-unfit', 'loop'));
  });

  test('is written to by one of two that want it at once', async () => {
    const { file, content } = makeImage(30 * mebibyte);
    const [one, other] = await Promise.allSettled([write(file), write(file)]);
    const codes = [one, other].map((it) => (it.status === 'rejected' ? it.reason.code : 'written')).sort();
    expect(codes[1]).toBe('written');
    expect(['device-busy', 'written']).toContain(codes[0]); // one after the other is as good
    expect(loop.bytes(0, content.length).equals(content)).toBe(true);
  });

  test('is not written to while somebody else writes to it', async () => {
    const { file, content } = makeImage(mebibyte);
    await using mine = await claimed(file);
    await expect(write(file)).rejects.toMatchObject(refused('device-busy', 'open'));
    await mine.write();
    expect(loop.bytes(0, content.length).equals(content)).toBe(true);
  });

  test.each([
    ['qcow2', ['convert', '-O', 'qcow2'], /qemu-img convert -O raw live\.img\.qcow2/],
    ['gz', undefined, /it is packed \(gzip\)/],
  ])('is no place for an image in %s', async (format, convert, said) => {
    const { file } = makeImage(mebibyte);
    const packed = `${file}.${format}`;
    if (convert) execFileSync('qemu-img', [...convert, file, packed]);
    else execFileSync('gzip', [file]);
    await expect(plan(packed)).rejects.toThrow(said);
  });
});

describe.skipIf(!canLoop)('a device that fails', () => {
  /** A device on a file system that has room for 4 MiB of it. */
  test('is told with the byte at which it did, and with what it holds now', async () => {
    const directory = mkdtempSync(join(testRoot, 'deploy-'));
    const small = join(directory, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', small]);
    try {
      using loop = loopDevice(join(small, 'device'), size);
      const file = join(directory, 'live.img');
      writeFileSync(file, randomFillSync(Buffer.alloc(20 * mebibyte)).fill('\x55\xaa', 510, 512, 'latin1'));
      const attempt = deploy(
        new Scope(),
        { image: file, device: loop.path, force: true },
        { yes: loop.name },
      );
      const error = await attempt.catch((reason) => reason);
      expect(error).toMatchObject({
        code: 'device-failed',
        details: { device: loop.path, doing: 'it was written to' },
      });
      expect(error.details.offset).toBeLessThan(6 * mebibyte);
      expect(error.message).toMatch(/\((EIO|ENOSPC)\)\. .* holds a part of live\.img .* which does not boot/);
    } finally {
      execFileSync('umount', [small]);
      rmSync(directory, { recursive: true });
    }
  });
});
