import type { Bench } from './bench.ts';
import type { Benchmark, Duration } from './benchmark.ts';
import { raiseVmd } from './raise-vmd.ts';
import { spreadOf } from './spread.ts';

/** Calls of each kind in a full run. */
const calls = 300;

/** Milliseconds that the way through vmd may add. */
const bar = 3;

export const serviceCall: Benchmark = {
  name: 'service-call',
  how:
    'The same call of the engine over the unix socket of a vmd and in this process, in turns, on one machine that is ' +
    'stopped; what the socket adds, pair by pair.',
  measure: async (bench) => {
    await bench.engine.machine.make({ name: 'called', disk: 'none' });
    await using vmd = await raiseVmd(bench);
    using connection = vmd.connect();
    const [near, far] = [bench.engine.machine, connection.engine.machine];
    const name = 'called';
    try {
      return [
        await added(
          bench,
          '`machine.status`',
          () => near.status({ name }),
          () => far.status({ name }),
        ),
        await added(
          bench,
          '`machine.show`',
          () => near.show({ name }),
          () => far.show({ name }),
        ),
        await added(
          bench,
          '`machine.list`',
          () => near.list({}),
          () => far.list({}),
        ),
      ];
    } finally {
      await bench.engine.machine.remove({ name });
    }
  },
};

async function added(
  bench: Bench,
  what: string,
  near: () => Promise<unknown>,
  far: () => Promise<unknown>,
): Promise<Duration> {
  const differences: number[] = [];
  for (let round = -20; round < bench.rounds(calls); round++) {
    bench.signal.throwIfAborted();
    const first = await clock(round % 2 === 0 ? near : far);
    const second = await clock(round % 2 === 0 ? far : near);
    const difference = round % 2 === 0 ? second - first : first - second;
    if (round >= 0) differences.push(difference);
  }
  return { kind: 'duration', what: `what the unix socket adds to ${what}`, took: spreadOf(differences), bar };
}

async function clock(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}
