import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHome, testHome } from '../support/home.ts';
import { essence, installVm, shell, shownIn } from '../support/shown.ts';
import { settled } from '../support/tree.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/initramfs.md'), 'utf8');

let home: TestHome;
const room = (...parts: string[]) => home.path('..', ...parts);

/** The tree and the list of docs/initramfs.md. */
beforeAll(async () => {
  home = testHome();
  home.env.XDG_CACHE_HOME = room('cache');
  installVm(home);
  for (const directory of ['bin', 'dev', 'etc', 'proc'])
    mkdirSync(room('rootfs', directory), { recursive: true });
  copyFileSync(
    execFileSync('sh', ['-c', 'command -v busybox']).toString().trim(),
    room('rootfs/bin/busybox'),
  );
  symlinkSync('busybox', room('rootfs/bin/sh'));
  writeFileSync(room('rootfs/etc/hostname'), 'workbench-1\n');
  writeFileSync(room('rootfs/init'), '#!/bin/sh\nmount -t proc proc /proc\nexec sh\n', { mode: 0o755 });
  const [, list = ''] = /```\n(# type[^`]*)```/.exec(page) ?? [];
  writeFileSync(room('devices'), list);
  writeFileSync(room('my-shadow'), 'root:*:::::::\n');
  await settled();
});
afterAll(async () => await home[Symbol.asyncDispose]());

test('every command of docs/initramfs.md prints what the page says', async () => {
  for (const { command, output } of shownIn(page)) {
    const said = (await shell(home, command)).split('\n').map(essence);
    for (const line of output) expect(said, command).toContain(essence(line));
  }
});

describe('vm pack', () => {
  test('names the file after the tree, and tells JSON alone on standard output', async () => {
    const text = await shell(home, 'vm pack rootfs/../rootfs --json 2>/dev/null');
    expect(JSON.parse(text)).toMatchObject({
      file: 'rootfs.cpio.zst',
      compression: 'zstd',
      entries: 8,
      packed: 8,
    });
    expect(existsSync(room('rootfs.cpio.zst'))).toBe(true);
  });

  test('writes to standard output, byte for byte what it writes to a file', async () => {
    const text = await shell(
      home,
      'vm pack rootfs -o - | sha256sum; vm pack rootfs -o a.img --full; sha256sum <a.img',
    );
    const digests = text.match(/^[0-9a-f]{64}/gm);
    expect(digests).toHaveLength(2);
    expect(new Set(digests).size).toBe(1);
  });

  test('says why all was packed', async () => {
    const text = await shell(
      home,
      'cd rootfs && vm pack . -o ../b.zst && mv init start && vm pack . -o ../b.zst',
    );
    expect(text).toMatch(/b\.zst: 8 entries \(all of them: init is gone\), .* by zstd in/);
  });

  test.each([
    ['vm pack nowhere', 3, 'The tree nowhere does not exist or cannot be read.'],
    ['vm pack', 2, 'pack: directory is missing.'],
    ['vm pack rootfs --owner me', 2, 'pack: owner must be root, keep or UID:GID in numbers.'],
    ["vm pack rootfs --exclude '!a'", 2, 'pack: exclude must be a pattern of what is left out'],
    ['vm pack rootfs --compress lz4 --level 99', 2, 'pack: --level must be 1 to 12 of lz4.'],
    ['SOURCE_DATE_EPOCH=today vm pack rootfs', 2, 'SOURCE_DATE_EPOCH is "today"'],
    ['vm pack --list nowhere', 3, 'The initramfs nowhere does not exist or cannot be read.'],
    ['vm pack --list devices', 1, 'devices cannot be read as an initramfs: at byte 0, something begins'],
  ])('%s ends with %i', async (command, code, message) => {
    const text = await shell(home, `${command}; echo "code $?"`);
    expect(text).toContain(message);
    expect(text).toContain(`code ${code}\n`);
  });
});
