import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { argvOf } from './boot-time.ts';
import { paired } from './paired.ts';
import { plainInitrd } from './plain-initrd.ts';
import { type SystemTree, systemTree } from './system-tree.ts';
import { timeToText } from './time-to-text.ts';

export const liveRoot: Benchmark = {
  name: 'live-root',
  how:
    'A file of a Debian tree of 300 MB is changed; from right before `vm run --root TREE -- cat FILE` is spawned until ' +
    'the change comes out of it; against the same QEMU command line with the same kernel, spawned by itself with an ' +
    'initramfs written by hand that loads just the modules it needs, mounts the tree by 9p below an overlay, as we do, ' +
    'and runs `cat FILE` on the console.',
  measure: async (bench) => {
    const tree = await systemTree(bench);
    const argv = await bareArgv(bench, tree);
    return [
      await paired(bench, {
        what: 'edit of a live root of 300 MB, until `vm run --root` shows it',
        over: 'bare QEMU, a hand-written initramfs',
        bar: 1.15,
        pairs: 15,
        warmUps: 1,
        ours: () => showByRun(bench, tree),
        theirs: () => {
          const [program = '', ...args] = argv;
          return timeToText(bench, { program, args, cwd: join(bench.vmdir, kept), text: tree.edit() });
        },
      }),
    ];
  },
};

/** @returns milliseconds from an edit of the tree until a guest that has it as its root shows it */
export function showByRun(bench: Bench, tree: SystemTree): Promise<number> {
  const text = tree.edit();
  const args = [vm, 'run', '--root', tree.directory, '--', 'cat', '/etc/issue'];
  return timeToText(bench, { program: node, args, text });
}

const kept = 'bare';

/** The machine's own command line, but for the initramfs and what it is told. */
async function bareArgv(bench: Bench, { directory }: SystemTree): Promise<string[]> {
  bench.runVm('run', '--root', directory, '--keep', kept, '--', 'true');
  const initrd = join(bench.directory, 'plain.cpio');
  writeFileSync(initrd, await plainInitrd(bench, directory, ['/bin/cat', '/etc/issue']));
  const argv = argvOf(bench, kept);
  argv[argv.indexOf('-initrd') + 1] = initrd;
  argv[argv.indexOf('-append') + 1] =
    'console=ttyS0,115200 loglevel=4 cryptomgr.notests no_timer_check panic=-1';
  return argv;
}
