import { timeToColdAnswer, timeToForkAnswer } from './answer-time.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { idleMachine, makeMachine } from './tiny-machine.ts';

export const forkBoot: Benchmark = {
  name: 'fork-boot',
  how:
    'A tiny guest of 256 MB: from right before `vm fork` is spawned until the fork has answered a sum that is typed at ' +
    'its console; against `vm start` of the same guest, to whose shell the sum is typed as soon as its prompt is there.',
  measure: async (bench) => {
    await using _source = await idleMachine(bench, 'source');
    await using _cold = await makeMachine(bench, 'cold', 'tiny');
    await bench.engine.snapshot.create({ name: 'source', snapshot: 'kept' });
    const compare = (what: string, from: string) =>
      paired(bench, {
        what: `\`vm fork\` of ${what}, to its answer`,
        over: '`vm start`, to its answer',
        bar: 0.083,
        pairs: 20,
        ours: () => timeToForkAnswer(bench, from),
        theirs: () => timeToColdAnswer(bench, 'cold'),
      });
    return [await compare('a machine that runs', 'source'), await compare('a snapshot', 'source@kept')];
  },
};
