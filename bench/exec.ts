import { node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { debianMachine } from './debian-machine.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

export const exec: Benchmark = {
  name: 'exec',
  how: '`vm exec NAME -- true` and `vm ssh NAME true` in the Debian image: each from spawn to end.',
  measure: async (bench) => {
    await using _machine = await debianMachine(bench, 'reached');
    const clock = (...args: string[]) => programTime(node, [vm, ...args], { env: bench.env });
    return [
      await paired(bench, {
        what: '`vm exec true`',
        over: '`vm ssh true`',
        bar: 0.3,
        pairs: 30,
        ours: () => clock('exec', 'reached', '--', 'true'),
        theirs: () => clock('ssh', 'reached', 'true'),
      }),
    ];
  },
};
