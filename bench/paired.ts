import type { Bench } from './bench.ts';
import type { Ratio } from './benchmark.ts';
import { quantile, spreadOf } from './spread.ts';

/** Does something once. @returns the milliseconds that it took */
export type Clocked = () => number | Promise<number>;

export interface Comparison extends Pick<Ratio, 'what' | 'over' | 'bar'> {
  ours: Clocked;
  theirs: Clocked;
  /** Pairs of a full run. */
  pairs: number;
  /** Rounds before those that count, two if not said: caches fill and indexes are made. */
  warmUps?: number;
}

/**
 * Measures two things side by side, A B B A A B …, so that whatever else the host does falls on both alike, and
 * neither always comes first.
 */
export async function paired(bench: Bench, comparison: Comparison): Promise<Ratio> {
  const { what, over, bar, ours, theirs, warmUps = 2 } = comparison;
  for (let round = 0; round < warmUps; round++) await pair(bench, round, ours, theirs);
  const pairs: [ours: number, theirs: number][] = [];
  for (let round = 0; round < bench.rounds(comparison.pairs); round++) {
    pairs.push(await pair(bench, round, ours, theirs));
  }
  return {
    kind: 'ratio',
    what,
    over,
    bar,
    ours: quantile(
      pairs.map(([ours]) => ours),
      0.5,
    ),
    theirs: quantile(
      pairs.map(([, theirs]) => theirs),
      0.5,
    ),
    ratio: spreadOf(pairs.map(([ours, theirs]) => ours / theirs)),
  };
}

async function pair(
  bench: Bench,
  round: number,
  ours: Clocked,
  theirs: Clocked,
): Promise<[ours: number, theirs: number]> {
  bench.signal.throwIfAborted();
  if (round % 2 === 0) return [await ours(), await theirs()];
  const second = await theirs();
  return [await ours(), second];
}
