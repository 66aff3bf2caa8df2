import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grubMenu } from '../src/cartridge/builders/grub-menu.ts';
import { debianLive } from '../test/support/debian-live.ts';
import type { Bench } from './bench.ts';

/** The root of a live Debian of 300 MB, which can be booted as it is and packed into an ISO. */
export interface SystemTree {
  directory: string;
  /** Changes one file, which the system shows before its login. @returns what is new in it */
  edit(): string;
}

/** What a virtual machine has no use for; the rest has the 300 MB that the bars are for. */
const spared = [
  'sound',
  ...['gpu', 'media', 'infiniband', 'iio', 'staging', 'usb'].map((it) => `drivers/${it}`),
];
const sparedNetworks = ['ethernet', 'wireless', 'can', 'wwan', 'usb'].map((it) => `drivers/net/${it}`);

const trees = new WeakMap<Bench, Promise<SystemTree>>();

/** The system of the live ISO of the tests, unpacked once for a run. */
export function systemTree(bench: Bench): Promise<SystemTree> {
  const tree = trees.get(bench) ?? unpack(bench);
  trees.set(bench, tree);
  return tree;
}

async function unpack(bench: Bench): Promise<SystemTree> {
  bench.say('unpacking a live Debian, which is built where there is none yet');
  const iso = await debianLive();
  const packed = join(bench.directory, 'filesystem.squashfs');
  const directory = join(bench.directory, 'system');
  const quiet = { stdio: 'ignore' } as const;
  execFileSync('osirrox', ['-indev', iso, '-extract', '/live/filesystem.squashfs', packed], quiet);
  execFileSync('unsquashfs', ['-q', '-n', '-d', directory, packed], quiet);
  rmSync(packed);
  const modules = join(directory, 'usr/lib/modules');
  for (const path of [...spared, ...sparedNetworks]) {
    for (const release of readdirSync(modules))
      rmSync(join(modules, release, 'kernel', path), { recursive: true });
  }
  let edits = 0;
  const edit = () => {
    const words = `edited for the ${++edits}. time by ${process.pid}`;
    writeFileSync(join(directory, 'etc/issue'), `Debian, ${words}\n`);
    return words;
  };
  return { directory, edit };
}

/** Packs the system into an ISO, as the built-in builder does; its boot loader does not wait. */
export function packIso(bench: Bench, { directory }: SystemTree, iso: string): void {
  const content = join(bench.directory, 'iso');
  mkdirSync(join(content, 'boot/grub'), { recursive: true });
  mkdirSync(join(content, 'live'));
  const squashfs = join(content, 'live/filesystem.squashfs');
  const boot = readdirSync(join(directory, 'boot'));
  for (const [from, to] of [
    ['vmlinuz-', 'vmlinuz'],
    ['initrd.img-', 'initrd.img'],
  ] as const) {
    const file = boot.find((name) => name.startsWith(from)) ?? from;
    execFileSync('cp', [join(directory, 'boot', file), join(content, 'live', to)]);
  }
  const menu = grubMenu({ title: 'live', append: 'boot=live loglevel=4' });
  writeFileSync(join(content, 'boot/grub/grub.cfg'), menu.replace(/^set timeout=.*$/m, 'set timeout=0'));
  const zstd = ['-comp', 'zstd', '-Xcompression-level', '1', '-noappend', '-no-progress', '-quiet'];
  execFileSync('mksquashfs', [directory, squashfs, ...zstd], { stdio: 'ignore' });
  const little = ['--locales=', '--themes=', '--fonts='];
  execFileSync('grub-mkrescue', ['-o', iso, ...little, content, '--', '-volid', 'LIVE'], { stdio: 'ignore' });
  rmSync(content, { recursive: true });
}
