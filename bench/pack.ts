import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';
import { repeated } from './repeated.ts';
import { usrTree } from './usr-tree.ts';

const packed = (bench: Bench) => join(bench.directory, 'ours.zst');

export const pack: Benchmark = {
  name: 'pack',
  how:
    '`vm pack --full` of 300 MB in some 35,000 entries of /usr, and `find | cpio -o -H newc | zstd -1` of the same: ' +
    'each from spawn to end, into a file.',
  measure: async (bench) => {
    const tree = usrTree(bench);
    const theirs = 'cd "$1" && find . | cpio -o -H newc --quiet | zstd -q -1 > "$2"';
    return [
      await paired(bench, {
        what: '`vm pack` of 300 MB',
        over: 'GNU cpio piped to `zstd -1`',
        bar: 0.8,
        pairs: 15,
        ours: () => programTime(node, [vm, 'pack', tree, '-o', packed(bench), '--full'], { env: bench.env }),
        theirs: () => programTime('sh', ['-ec', theirs, 'sh', tree, join(bench.directory, 'theirs.zst')], {}),
      }),
    ];
  },
};

export const packIncremental: Benchmark = {
  name: 'pack-incremental',
  how: '`vm pack` of the same tree to the same file when one of its files has changed, from spawn to end.',
  measure: async (bench) => {
    const tree = usrTree(bench);
    const edited = join(tree, 'edited');
    writeFileSync(edited, 'edited\n');
    bench.runVm('pack', tree, '-o', packed(bench), '--full');
    return [
      await repeated(bench, {
        what: '`vm pack` of 300 MB after an edit',
        bar: 300,
        rounds: 30,
        once: () => {
          appendFileSync(edited, 'again\n');
          return programTime(node, [vm, 'pack', tree, '-o', packed(bench)], { env: bench.env });
        },
      }),
    ];
  },
};
