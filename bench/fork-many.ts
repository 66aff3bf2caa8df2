import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { spreadOf } from './spread.ts';
import { idleMachine } from './tiny-machine.ts';

const count = 20;
const bar = 60;

export const forkMany: Benchmark = {
  name: 'fork-many',
  how:
    `\`vm fork NAME@SNAPSHOT --count ${count}\` of the tiny guest, as its report has it: what all of it took without ` +
    `the first fork, over ${count - 1}; and \`took\` of each but the first. Two are made at a time.`,
  measure: async (bench) => {
    await using _source = await idleMachine(bench, 'source');
    await bench.engine.snapshot.create({ name: 'source', snapshot: 'kept' });
    const clock: number[] = [];
    const each: number[] = [];
    for (let round = -1; round < bench.rounds(5); round++) {
      const { took, forks } = await forkAll(bench);
      const [first = 0, ...later] = forks;
      if (round < 0) continue;
      clock.push((took - first) / later.length);
      each.push(...later);
    }
    return [
      { kind: 'duration', what: `a later fork of ${count}, by the clock`, took: spreadOf(clock), bar },
      { kind: 'duration', what: `a later fork of ${count}, by its \`took\``, took: spreadOf(each), bar },
    ];
  },
};

/** @returns milliseconds: of all, and of each fork in its order */
async function forkAll(bench: Bench): Promise<{ took: number; forks: number[] }> {
  bench.signal.throwIfAborted();
  const { took, forks } = JSON.parse(bench.runVm('fork', 'source@kept', '--count', String(count), '--json'));
  for (const { name } of forks) await bench.engine.machine.remove({ name, force: true });
  return { took, forks: forks.map((fork: { took: number }) => fork.took) };
}
