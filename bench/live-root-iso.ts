import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { qemuBinary } from '../src/qemu/binary.ts';
import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { showByRun } from './live-root.ts';
import { paired } from './paired.ts';
import { packIso, type SystemTree, systemTree } from './system-tree.ts';
import { timeToText } from './time-to-text.ts';

export const liveRootIso: Benchmark = {
  name: 'live-root-iso',
  how:
    'As above, against the way by an ISO: the same tree is packed again (squashfs by zstd -1, GRUB; nothing is ' +
    'installed anew, which would take a minute more), the ISO booted in a bare QEMU by its BIOS and a boot loader ' +
    'that does not wait, until the changed file, /etc/issue, is shown above the login.',
  measure: async (bench) => {
    const tree = await systemTree(bench);
    return [
      await paired(bench, {
        what: 'edit of a live root of 300 MB, until `vm run --root` shows it',
        over: 'its ISO packed again and booted by BIOS',
        bar: 0.1,
        pairs: 5,
        warmUps: 0,
        ours: () => showByRun(bench, tree),
        theirs: () => showByIso(bench, tree),
      }),
    ];
  },
};

async function showByIso(bench: Bench, tree: SystemTree): Promise<number> {
  const iso = join(bench.directory, 'edited.iso');
  const text = tree.edit();
  const began = performance.now();
  packIso(bench, tree, iso);
  const packed = performance.now() - began;
  const machine = [
    '-accel',
    'tcg',
    '-machine',
    'q35',
    '-cpu',
    'max',
    '-smp',
    '2',
    '-m',
    '2048M',
    '-nodefaults',
  ];
  const args = [...machine, '-vga', 'std', '-display', 'none', '-serial', 'stdio', '-cdrom', iso];
  const booted = await timeToText(bench, { program: qemuBinary(), args, text });
  rmSync(iso);
  return packed + booted;
}
