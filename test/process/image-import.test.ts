import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Scope } from '../../src/base/scope.ts';
import type { Told } from '../../src/image/catalogue.ts';
import { importFile } from '../../src/image/import.ts';
import type { Image } from '../../src/image/store.ts';
import { contentOf, makeDisk, patch, qemuImg } from '../support/disks.ts';
import { has } from '../support/has.ts';
import { testRoom } from '../support/room.ts';
import { ovf, tar } from '../support/tar.ts';

const room = testRoom();
const secret = 'a secret of the host\n';

async function importIt(file: string, told: Told = {}, users: string[] = []): Promise<Image<'disk'>> {
  const vmdir = room('vms');
  const request = { vmdir, catalogue: {}, file: room(file), told: { cloudInit: false, ...told } };
  return (await importFile(new Scope(), { ...request, usersOf: () => users })) as Image<'disk'>;
}

/** The code of the error, and nothing was kept. */
async function refused(file: string, told: Told = {}): Promise<{ code: string; message: string }> {
  const error = await importIt(file, told).then(
    () => expect.unreachable(`${file} was imported`),
    (error) => error,
  );
  const images = statSync(room('vms/.images'), { throwIfNoEntry: false })
    ? readdirSync(room('vms/.images'))
    : [];
  expect(images).toEqual([]);
  expect(error.message).toContain(file);
  return { code: error.code, message: error.message };
}

const diskOf = ({ directory, files }: Image<'disk'>) => join(directory, files.disk.file);

function makeTar(name: string, entries: Parameters<typeof tar>[0]): void {
  writeFileSync(room(name), tar(entries));
}

describe.skipIf(!has('qemu-img'))('a disk becomes an image with the same content', () => {
  test.each([
    ['raw', 'raw'],
    ['qcow2', 'qcow2'],
    ['vmdk', 'qcow2'],
    ['vdi', 'qcow2'],
    ['vhdx', 'qcow2'],
    ['vpc', 'qcow2'],
    ['vmdk', 'qcow2', '-o', 'subformat=streamOptimized'],
    ['vpc', 'qcow2', '-o', 'subformat=fixed,force_size=on'],
  ])('%s as %s %s %s', async (format, kept, ...options) => {
    makeDisk(room('disk.bin'), format, ...options); // its name says nothing
    const image = await importIt('disk.bin');
    expect(image).toMatchObject({ name: 'disk.bin', kind: 'disk', format: kept, seed: 'none' });
    const whole = readFileSync(room(format === 'raw' ? 'disk.bin' : 'disk.bin.raw'));
    const content = contentOf(diskOf(image), kept);
    expect(content.subarray(0, whole.length).equals(whole)).toBe(true);
    expect(image.minimum).toBe(content.length);
    const overlay = JSON.parse(
      qemuImg('info', '-f', 'qcow2', '--output=json', join(image.directory, 'overlay.qcow2')),
    );
    expect(overlay['backing-filename']).toBe(`../.images/disk.bin/${image.files.disk.file}`);
    expect(
      readdirSync(image.directory)
        .filter((name) => !name.endsWith('.content'))
        .sort(),
    ).toEqual(['image.json', 'overlay.qcow2', image.files.disk.file].sort());
  });

  test.each([
    ['gz', (raw: Buffer) => gzipSync(raw)],
    ['xz', (raw: Buffer) => execFileSync('xz', ['-c'], { input: raw })],
    ['bz2', (raw: Buffer) => execFileSync('bzip2', ['-c'], { input: raw })],
    ['zst', (raw: Buffer) => execFileSync('zstd', ['-qc'], { input: raw })],
    [
      'zst of several frames',
      (raw: Buffer) =>
        Buffer.concat(
          [0, 4].map((part) =>
            execFileSync('zstd', ['-qc'], { input: raw.subarray(part * 2 ** 20, (part + 4) * 2 ** 20) }),
          ),
        ),
    ],
    ['tar.gz', (raw: Buffer) => gzipSync(tar([{ name: 'disk.raw', content: raw }]))],
    ['gz in gz', (raw: Buffer) => gzipSync(gzipSync(raw))],
  ])('inside %s', async (_, wrap) => {
    makeDisk(room('raw'));
    const raw = readFileSync(room('raw'));
    writeFileSync(room('wrapped'), wrap(raw));
    const image = await importIt('wrapped');
    expect(image.format).toBe('raw');
    expect(readFileSync(diskOf(image)).equals(raw)).toBe(true);
    expect(statSync(diskOf(image)).blocks * 512).toBeLessThan(2 * 2 ** 20); // it has holes still
  });

  test('an appliance: the disk that its description names', async () => {
    makeDisk(room('disk.vmdk'), 'vmdk', '-o', 'subformat=streamOptimized');
    makeTar('app.ova', [
      { name: 'app.ovf', content: ovf('app-disk1.vmdk') },
      { name: 'app.mf', content: 'SHA256(app.ovf)= 00' },
      { name: 'app-disk1.vmdk', content: readFileSync(room('disk.vmdk')) },
    ]);
    const image = await importIt('app.ova');
    expect([image.name, image.format]).toEqual(['app', 'qcow2']);
    const whole = readFileSync(room('disk.vmdk.raw'));
    expect(contentOf(diskOf(image), 'qcow2').equals(whole)).toBe(true);
  });

  test('a CD stays as it is', async () => {
    const cd = Buffer.alloc(40 * 2048);
    cd.write('\x01CD001', 0x8000, 'latin1');
    cd.writeUInt32LE(40, 0x8000 + 80);
    cd.writeUInt16LE(2048, 0x8000 + 128);
    writeFileSync(room('cd.iso'), cd);
    const image = await importIt('cd.iso');
    expect(image).toMatchObject({ kind: 'iso', files: { iso: { file: 'cd.iso', bytes: cd.length } } });
    truncateSync(room('cd.iso'), 30 * 2048);
    await expect(importIt('cd.iso', { name: 'other' })).rejects.toThrow('cut off');
  });

  test('what is told of it is written down, and one that grows gets room', async () => {
    makeDisk(room('disk.raw'));
    const image = await importIt('disk.raw', { name: 'mine', user: 'me', cloudInit: true });
    expect(image).toMatchObject({ name: 'mine', user: 'me', seed: 'cloud-init', minimum: 8 * 2 ** 20 });
    expect(image.size).toBe(20 * 2 ** 30);
  });

  test('raw that has no mark of a disk, where that is said', async () => {
    writeFileSync(room('data'), 'a'.repeat(1000));
    expect((await refused('data')).code).toBe('not-an-image');
    const image = await importIt('data', { format: 'raw' });
    expect([image.format, image.minimum]).toEqual(['raw', 1024]);
  });
});

describe.skipIf(!has('qemu-img'))('importing again', () => {
  test('the same file gives the image that is there', async () => {
    makeDisk(room('disk.raw'));
    const image = await importIt('disk.raw');
    expect(await importIt('disk.raw')).toEqual(image);
  });

  test('a changed file takes its place, unless a machine uses it', async () => {
    makeDisk(room('disk.raw'));
    const image = await importIt('disk.raw');
    patch(room('disk.raw'), 2 ** 20, 'other content');
    await expect(importIt('disk.raw', {}, ['m'])).rejects.toMatchObject({ code: 'image-in-use' });
    expect(readFileSync(diskOf(image)).includes('other content')).toBe(false);
    const newer = await importIt('disk.raw');
    expect(readFileSync(diskOf(newer)).includes('other content')).toBe(true);
  });

  test('another file does not take its name', async () => {
    makeDisk(room('disk.raw'));
    makeDisk(room('other.raw'));
    const image = await importIt('disk.raw');
    await expect(importIt('other.raw', { name: 'disk' })).rejects.toMatchObject({ code: 'image-exists' });
    expect(await importIt('disk.raw')).toEqual(image);
  });
});

describe.skipIf(!has('qemu-img'))('no image reads the files of the host', () => {
  const craft: Record<string, () => void> = {
    'backing.qcow2': () =>
      qemuImg(
        'create',
        '-q',
        '-f',
        'qcow2',
        '-u',
        '-b',
        room('secret'),
        '-F',
        'raw',
        room('backing.qcow2'),
        '1M',
      ),
    'nbd.qcow2': () =>
      qemuImg(
        'create',
        '-q',
        '-f',
        'qcow2',
        '-u',
        '-b',
        'nbd:localhost:1',
        '-F',
        'raw',
        room('nbd.qcow2'),
        '1M',
      ),
    'data.qcow2': () => {
      qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${room('outside')}`, room('data.qcow2'), '1M');
    },
    'wrapped.xz': () => {
      craft['backing.qcow2']?.();
      writeFileSync(room('wrapped.xz'), execFileSync('xz', ['-c', room('backing.qcow2')]));
    },
    'wrapped.tar': () => {
      craft['backing.qcow2']?.();
      makeTar('wrapped.tar', [{ name: 'disk.qcow2', content: readFileSync(room('backing.qcow2')) }]);
    },
    'descriptor.vmdk': () =>
      writeFileSync(
        room('descriptor.vmdk'),
        `# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 8 FLAT "${room('secret')}" 0\n`,
      ),
    'flat.vmdk': () => makeDisk(room('flat.vmdk'), 'vmdk', '-o', 'subformat=monolithicFlat'),
    'split.vmdk': () => makeDisk(room('split.vmdk'), 'vmdk', '-o', 'subformat=twoGbMaxExtentSparse'),
    'extent.vmdk': () => {
      makeDisk(room('extent.vmdk'), 'vmdk');
      const text = readFileSync(room('extent.vmdk'), 'latin1');
      const line = /RW \d+ SPARSE "[^"]*"\n/.exec(text);
      const other = `RW 8 FLAT "${room('secret')}" 0\n`;
      patch(room('extent.vmdk'), line?.index ?? 0, other);
    },
    'capacity.vmdk': () => {
      makeDisk(room('capacity.vmdk'), 'vmdk');
      patch(room('capacity.vmdk'), 12, Buffer.alloc(8));
    },
    'parent.vmdk': () => {
      makeDisk(room('parent.vmdk'), 'vmdk');
      const at = readFileSync(room('parent.vmdk'), 'latin1').indexOf('parentCID');
      patch(room('parent.vmdk'), at, `parentCID=1\nparentFileNameHint="${room('secret')}"\n`);
    },
    'parent.vhdx': () => {
      makeDisk(room('parent.vhdx'), 'vhdx');
      const guid = Buffer.from('3767a1ca36fa434db3b633f0aa44e76b', 'hex');
      const content = readFileSync(room('parent.vhdx'));
      const item = content.indexOf(guid);
      // The items lie behind the table of 64 KiB that this entry is in, and its offset counts from the table.
      const table = content.lastIndexOf('metadata', item);
      const flags = table + content.readUInt32LE(item + 16) + 4;
      patch(room('parent.vhdx'), flags, Buffer.from([2]));
    },
    'parent.vdi': () => {
      makeDisk(room('parent.vdi'), 'vdi');
      patch(room('parent.vdi'), 0x1b8, Buffer.alloc(16, 1));
    },
    'parent.vhd': () => {
      makeDisk(room('parent.vhd'), 'vpc');
      const footer = readFileSync(room('parent.vhd')).subarray(0, 512);
      footer.writeUInt32BE(4, 60);
      footer.writeUInt32BE(0, 64);
      footer.writeUInt32BE(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
      patch(room('parent.vhd'), 0, Buffer.from(footer));
    },
    'outside.ova': () => makeTar('outside.ova', [{ name: 'a.ovf', content: ovf('../../../../etc/passwd') }]),
    'absolute.ova': () =>
      makeTar('absolute.ova', [
        { name: 'a.ovf', content: ovf(room('secret')) },
        { name: 'b.vmdk', content: 'x' },
      ]),
    'link.ova': () =>
      makeTar('link.ova', [
        { name: 'a.ovf', content: ovf('a.vmdk') },
        { name: 'a.vmdk', type: '2', link: room('secret') },
      ]),
  };

  test.each(Object.keys(craft))('%s', async (file) => {
    writeFileSync(room('secret'), secret);
    craft[file]?.();
    expect((await refused(file)).code).toBe('image-unsafe');
  });

  test('names in an archive become no paths', async () => {
    makeDisk(room('raw'));
    const raw = readFileSync(room('raw'));
    mkdirSync(room('escape'));
    makeTar('names.tar', [
      { name: '../../escape/evil.txt', content: 'evil' },
      { name: room('escape/absolute.txt'), content: 'evil' },
      { name: 'link', type: '2', link: room('escape') },
      { name: 'link/through.txt', content: 'evil' },
      { name: '../../escape/disk.img', content: raw },
    ]);
    const image = await importIt('names.tar');
    expect(readdirSync(room('escape'))).toEqual([]);
    expect(readFileSync(diskOf(image)).equals(raw)).toBe(true);
  });

  test('a backing file is not read even if the look at it had been deceived', async () => {
    const { convertDisk } = await import('../../src/qemu/disk-image.ts');
    writeFileSync(room('secret'), secret.repeat(100));
    craft['backing.qcow2']?.();
    await convertDisk(
      new Scope(),
      { file: room('backing.qcow2'), format: 'qcow2' },
      room('out.qcow2'),
      () => {},
    );
    expect(contentOf(room('out.qcow2'), 'qcow2').includes('secret')).toBe(false);
  });
});

describe.skipIf(!has('qemu-img'))(
  'what is no image, or half of one, is named with what it looks like',
  () => {
    const cut = (file: string) => truncateSync(room(file), Math.floor(statSync(room(file)).size / 2));
    const make: Record<string, [() => void, code: string, says: string]> = {
      'page.qcow2': [
        () => writeFileSync(room('page.qcow2'), '<!DOCTYPE html><html>'),
        'not-an-image',
        'an HTML page',
      ],
      'text.img': [() => writeFileSync(room('text.img'), 'hello\n'), 'not-an-image', 'text'],
      'empty.raw': [() => writeFileSync(room('empty.raw'), ''), 'not-an-image', 'an empty file'],
      'directory.iso': [() => mkdirSync(room('directory.iso')), 'not-an-image', 'a directory'],
      fifo: [() => execFileSync('mkfifo', [room('fifo')]), 'not-an-image', 'a named pipe'],
      device: [() => symlinkSync('/dev/null', room('device')), 'not-an-image', 'a device'],
      missing: [() => {}, 'file-missing', 'does not exist'],
      'half.raw': [
        () => {
          makeDisk(room('half.raw'));
          patch(
            room('half.raw'),
            446,
            Buffer.from([0x80, 0, 2, 0, 0x83, 0, 0, 0, 1, 0, 0, 0, 255, 63, 0, 0]),
          );
          cut('half.raw');
        },
        'image-unreadable',
        'cut off',
      ],
      'half.gz': [
        () => {
          makeDisk(room('raw'));
          writeFileSync(room('half.gz'), gzipSync(readFileSync(room('raw'))));
          cut('half.gz');
        },
        'image-unreadable',
        'damaged or cut off',
      ],
      'half.xz': [
        () => {
          makeDisk(room('raw'));
          writeFileSync(room('half.xz'), execFileSync('xz', ['-c', room('raw')]));
          cut('half.xz');
        },
        'image-unreadable',
        'damaged or cut off',
      ],
      'text.gz': [() => writeFileSync(room('text.gz'), gzipSync('hello')), 'not-an-image', 'text'],
      'nothing.gz': [() => writeFileSync(room('nothing.gz'), gzipSync('')), 'not-an-image', 'an empty file'],
      'russian.gz': [
        () => {
          let doll = gzipSync('x');
          for (let depth = 0; depth < 8; depth++) doll = gzipSync(doll);
          writeFileSync(room('russian.gz'), doll);
        },
        'image-unreadable',
        'too many times',
      ],
      ...Object.fromEntries(
        ['qcow2', 'vmdk', 'vdi', 'vhdx', 'vpc'].map((format) => [
          `half.${format}`,
          [
            () => {
              makeDisk(room(`half.${format}`), format);
              cut(`half.${format}`);
            },
            'image-unreadable',
            'cut off',
          ],
        ]),
      ),
    };

    test.each(Object.keys(make))('%s', async (file) => {
      const [craft, code, says] = make[file] as (typeof make)[string];
      craft();
      const error = await refused(file);
      expect(error.code).toBe(code);
      expect(error.message).toContain(says);
    });

    test('an encrypted qcow2', async () => {
      qemuImg(
        'create',
        '-q',
        '-f',
        'qcow2',
        '--object',
        'secret,id=s,data=abc',
        '-o',
        'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10',
        room('a.qcow2'),
        '1M',
      );
      expect((await refused('a.qcow2')).message).toContain('encrypted');
    });

    test('another format than the one that was asked for', async () => {
      makeDisk(room('a.vdi'), 'vdi');
      expect((await refused('a.vdi', { format: 'vmdk' })).message).toContain('it is vdi and not vmdk');
    });
  },
);
