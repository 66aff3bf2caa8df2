import { join } from 'node:path';
import { node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { packIso, systemTree } from './system-tree.ts';
import { timeToText } from './time-to-text.ts';

export const liveIso: Benchmark = {
  name: 'live-iso',
  how:
    'A live Debian’s ISO, until it asks who logs in: `vm run ISO`, and `vm run ISO --firmware bios`, which goes ' +
    'through the ISO’s own boot loader and initramfs; that loader does not wait.',
  measure: async (bench) => {
    const iso = join(bench.directory, 'live.iso');
    packIso(bench, await systemTree(bench), iso);
    const toLogin = (...args: string[]) =>
      timeToText(bench, { program: node, args: [vm, 'run', iso, ...args], text: ' login: ' });
    return [
      await paired(bench, {
        what: '`vm run` of a live ISO, to its login',
        over: 'by its own boot loader, which does not wait',
        bar: 0.556,
        pairs: 5,
        warmUps: 0,
        ours: () => toLogin(),
        theirs: () => toLogin('--firmware', 'bios'),
      }),
    ];
  },
};
