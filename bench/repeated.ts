import type { Bench } from './bench.ts';
import type { Duration } from './benchmark.ts';
import type { Clocked } from './paired.ts';
import { spreadOf } from './spread.ts';

export interface Repetition extends Pick<Duration, 'what' | 'bar'> {
  once: Clocked;
  /** Rounds of a full run. */
  rounds: number;
}

/** Measures something that stands for itself. Two rounds before those that count fill caches. */
export async function repeated(bench: Bench, { what, bar, once, rounds }: Repetition): Promise<Duration> {
  const took: number[] = [];
  for (let round = -2; round < bench.rounds(rounds); round++) {
    bench.signal.throwIfAborted();
    const ms = await once();
    if (round >= 0) took.push(ms);
  }
  return { kind: 'duration', what, bar, took: spreadOf(took) };
}
