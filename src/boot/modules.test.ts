import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { moduleInfo } from './module-info.ts';
import { chooseModules, modulesAlias, modulesDep } from './modules.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'modules-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** An ELF file of two sections: `.modinfo` with these lines, and the sections' names. */
function module(...lines: string[]): Buffer {
  const header = Buffer.alloc(64);
  const modinfo = Buffer.from(lines.map((line) => `${line}\0`).join(''));
  const names = Buffer.from('\0.modinfo\0.shstrtab\0');
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(64 + modinfo.length + names.length), 0x28);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(3, 0x3c);
  header.writeUInt16LE(2, 0x3e);
  const section = (name: number, start: number, length: number): Buffer => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32LE(name);
    bytes.writeBigUInt64LE(BigInt(start), 0x18);
    bytes.writeBigUInt64LE(BigInt(length), 0x20);
    return bytes;
  };
  const sections = [
    Buffer.alloc(64),
    section(1, 64, modinfo.length),
    section(10, 64 + modinfo.length, names.length),
  ];
  return Buffer.concat([header, modinfo, names, ...sections]);
}

function put(path: string, content: Buffer | string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), content);
}

const choose = (...wanted: string[]) => chooseModules(new Scope(), directory, wanted);

test('.modinfo is read: what it depends on, should come before and after, and serves', () => {
  const info = moduleInfo(
    module(
      'license=GPL',
      'alias=fs-ext4',
      'alias=ext3',
      'depends=jbd2,crc-16',
      'softdep=pre: crc32c a-b post: c',
    ),
    'ext4.ko',
  );
  expect(info).toEqual({
    depends: ['jbd2', 'crc_16'],
    softdep: { pre: ['crc32c', 'a_b'], post: ['c'] },
    aliases: ['fs-ext4', 'ext3'],
  });
});

describe('choosing', () => {
  test('brings all that is needed, in the order of loading, and nothing else', async () => {
    put('kernel/drivers/virtio-net.ko', module('depends=net-failover,virtio', 'alias=virtio:d00000001v*'));
    put('kernel/drivers/net_failover.ko', module('depends=failover'));
    put('kernel/net/failover.ko', module('depends='));
    put('kernel/drivers/virtio.ko', module('depends=virtio_ring'));
    put('kernel/drivers/virtio_ring.ko', module('depends='));
    put('kernel/drivers/other.ko', 'never read');
    const { modules, missing } = await choose('virtio_net');
    expect(missing).toEqual([]);
    expect(modules.map(({ name }) => name)).toEqual([
      'net_failover',
      'virtio_net',
      'virtio',
      'virtio_ring',
      'failover',
    ]);
    expect(modulesDep(modules)).toBe(
      [
        'kernel/drivers/net_failover.ko: kernel/net/failover.ko',
        'kernel/drivers/virtio-net.ko: kernel/drivers/virtio.ko kernel/drivers/virtio_ring.ko kernel/drivers/net_failover.ko kernel/net/failover.ko',
        'kernel/drivers/virtio.ko: kernel/drivers/virtio_ring.ko',
        'kernel/drivers/virtio_ring.ko:',
        'kernel/net/failover.ko:',
        '',
      ].join('\n'),
    );
    expect(modulesAlias(modules)).toBe('alias virtio:d00000001v* virtio_net\n');
  });

  test('passes over what is built in, and names what is not there', async () => {
    put('modules.builtin', 'kernel/drivers/virtio/virtio-pci.ko\n');
    put('kernel/button.ko', module('depends='));
    const { modules, missing } = await choose('virtio_pci', 'button', 'no-such');
    expect(modules.map(({ name }) => name)).toEqual(['button']);
    expect(missing).toEqual(['no_such']);
  });

  test('brings what should come along where it is there, and loads it first or not', async () => {
    put('kernel/a.ko', module('softdep=pre: b absent post: c'));
    put('kernel/b.ko', module('depends='));
    put('kernel/c.ko', module('depends='));
    const { modules, missing } = await choose('a');
    expect(modules.map(({ name, needs }) => [name, needs])).toEqual([
      ['a', ['b']],
      ['b', []],
      ['c', []],
    ]);
    expect(missing).toEqual([]);
  });

  test('unpacks modules of distributions that pack them', async () => {
    const plain = module('depends=');
    put('kernel/a.ko.gz', gzipSync(plain));
    put('kernel/b.ko.zst', zstdCompressSync(plain));
    const { modules } = await choose('a', 'b');
    expect(modules.map(({ path, content }) => [path, content])).toEqual([
      ['kernel/a.ko', plain],
      ['kernel/b.ko', plain],
    ]);
  });

  test('is not led in circles', async () => {
    put('kernel/a.ko', module('depends=b'));
    put('kernel/b.ko', module('softdep=pre: a'));
    expect((await choose('a')).modules.map(({ needs }) => needs)).toEqual([['b'], ['a']]);
  });
});

test.each([
  ['garbage', Buffer.from('no module at all')],
  ['an ELF file that ends early', module('depends=').subarray(0, 100)],
])('%s is refused', async (_, content) => {
  put('kernel/a.ko', content);
  await expect(choose('a')).rejects.toSatisfy((error) => isVivariumError(error, 'kernel-unreadable'));
});

test('a directory that is not there is named', async () => {
  const failed = chooseModules(new Scope(), join(directory, 'absent'), []);
  await expect(failed).rejects.toSatisfy((error) => isVivariumError(error, 'file-missing'));
});
