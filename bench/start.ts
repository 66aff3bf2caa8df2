import type { Benchmark } from './benchmark.ts';
import { argvOf, bootByQemu, bootByVm } from './boot-time.ts';
import { paired } from './paired.ts';
import { buildTinyImage, makeMachine } from './tiny-machine.ts';

export const start: Benchmark = {
  name: 'start',
  how:
    'From right before `vm start` is spawned until the guest’s first user-space line stands in the machine’s log; ' +
    'against the same QEMU command line (`vm show --json`) spawned by itself in the same directory, until the line ' +
    'comes out of its pipe. Both are looked at every millisecond.',
  measure: async (bench) => {
    await buildTinyImage(bench);
    await using _machine = await makeMachine(bench, 'start', 'tiny');
    const argv = argvOf(bench, 'start');
    return [
      await paired(bench, {
        what: '`vm start` to the guest’s user space',
        over: 'bare QEMU, same arguments',
        bar: 1.07,
        pairs: 40,
        ours: () => bootByVm(bench, 'start'),
        theirs: () => bootByQemu(bench, 'start', argv),
      }),
    ];
  },
};
