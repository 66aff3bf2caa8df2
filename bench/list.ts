import { node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { fleetOf, fleetRunning, fleetSize } from './fleet.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

export const list: Benchmark = {
  name: 'list',
  how:
    `The built \`vm list\` in a home of ${fleetSize} machines, ${fleetRunning} of them guests idling at their prompt, ` +
    'and `node -e 0` by the same Node: each from spawn to end, its output to a pipe.',
  measure: async (bench) => {
    await fleetOf(bench);
    const { env } = bench;
    return [
      await paired(bench, {
        what: `\`vm list\` of ${fleetSize}, ${fleetRunning} running`,
        over: '`node -e 0`',
        bar: 2.5,
        pairs: 100,
        ours: () => programTime(node, [vm, 'list'], { env }),
        theirs: () => programTime(node, ['-e', '0'], { env }),
      }),
    ];
  },
};
