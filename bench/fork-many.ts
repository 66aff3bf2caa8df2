import type { Bench } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { spreadOf } from './spread.ts';
import { idleMachine } from './tiny-machine.ts';

const count = 20;
const bar = 60;

export const forkMany: Benchmark = {
  name: 'fork-many',
  how:
    `\`vm fork NAME@SNAPSHOT --count ${count}\` of the tiny guest until all of them run, without what the same with ` +
    `\`--count 1\` takes just before, over ${count - 1}; and \`took\` of each but the first, as the report has it. Two ` +
    'are made at a time, and all go on together when the last is there.',
  measure: async (bench) => {
    await using _source = await idleMachine(bench, 'source');
    await bench.engine.snapshot.create({ name: 'source', snapshot: 'kept' });
    const clock: number[] = [];
    const each: number[] = [];
    for (let round = -1; round < bench.rounds(5); round++) {
      const one = await forkAll(bench, 1);
      const all = await forkAll(bench, count);
      if (round < 0) continue;
      clock.push((all.took - one.took) / (count - 1));
      each.push(...all.forks.slice(1));
    }
    return [
      { kind: 'duration', what: `a later fork of ${count}, by the clock`, took: spreadOf(clock), bar },
      { kind: 'duration', what: `a later fork of ${count}, by its \`took\``, took: spreadOf(each), bar },
    ];
  },
};

/** @returns milliseconds until all run, and of each fork in its order */
async function forkAll(bench: Bench, count: number): Promise<{ took: number; forks: number[] }> {
  bench.signal.throwIfAborted();
  const { took, forks } = JSON.parse(bench.runVm('fork', 'source@kept', '--count', String(count), '--json'));
  for (const { name } of forks) await bench.engine.machine.remove({ name, force: true });
  return { took, forks: forks.map((fork: { took: number }) => fork.took) };
}
