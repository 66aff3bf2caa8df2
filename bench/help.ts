import { node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

export const help: Benchmark = {
  name: 'help',
  how: 'The built `vm --help` and `node -e 0` by the same Node: each from spawn to end, its output to a pipe.',
  measure: async (bench) => {
    const { env } = bench;
    return [
      await paired(bench, {
        what: '`vm --help`',
        over: '`node -e 0`',
        bar: 1.5,
        pairs: 150,
        ours: () => programTime(node, [vm, '--help'], { env }),
        theirs: () => programTime(node, ['-e', '0'], { env }),
      }),
    ];
  },
};
