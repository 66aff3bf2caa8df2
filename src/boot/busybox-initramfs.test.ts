import { expect, test } from 'vitest';
import { busyboxInitramfs } from './busybox-initramfs.ts';
import type { CpioEntry } from './cpio.ts';
import { guestFiles } from './guest-files.ts';
import type { Module } from './modules.ts';

const module: Module = {
  name: 'ext4',
  path: 'kernel/fs/ext4/ext4.ko',
  content: Buffer.from('elf'),
  needs: [],
  aliases: ['fs-ext4'],
};

const entries = busyboxInitramfs({
  busybox: { version: '', content: Buffer.from('busybox'), applets: ['bin/sh', 'usr/bin/env'] },
  guest: guestFiles('tiny'),
  release: '6.1.0',
  modules: [module],
});
const find = (path: string): CpioEntry | undefined => entries.find((entry) => entry.path === path);

test('every entry comes after the directory that it lies in, and once', () => {
  const known = new Set(['.']);
  for (const { path, kind } of entries) {
    expect(known).toContain(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');
    expect(known).not.toContain(path);
    if (kind === 'directory') known.add(path);
  }
});

test('init is run, what it reads is not', () => {
  expect(find('init')).toMatchObject({ kind: 'file', mode: 0o755 });
  expect(find('etc/udhcpc/default.script')).toMatchObject({ mode: 0o755 });
  expect(find('etc/profile')).toMatchObject({ mode: 0o644 });
});

test('the kernel finds a console, modprobe and its modules', () => {
  expect(find('dev/console')).toMatchObject({ kind: 'character', major: 5, minor: 1 });
  expect(find('bin/sh')).toMatchObject({ kind: 'symlink', target: '/bin/busybox' });
  expect(find('lib/modules/6.1.0/kernel/fs/ext4/ext4.ko')).toMatchObject({ content: module.content });
  expect(find('lib/modules/6.1.0/modules.dep')).toMatchObject({
    content: Buffer.from('kernel/fs/ext4/ext4.ko:\n'),
  });
  expect(find('lib/modules/6.1.0/modules.alias')).toMatchObject({
    content: Buffer.from('alias fs-ext4 ext4\n'),
  });
});
