import { computed, signal } from '@preact/signals';
import { isVivariumError } from '../engine.ts';
import { grant } from './access.ts';
import { ask, dismissUnreached, type Failure, failureOf } from './act.ts';
import { backoff, heardAgain, pause } from './backoff.ts';
import { fold, nothing, type World } from './fold.ts';
import { leavesWith } from './session.ts';
import { whileHeard } from './while-heard.ts';

export const world = signal<World>(nothing);

/** Whether vmd is heard; where it is not, why, when it is asked again, and until when it was heard (milliseconds since 1970). */
export type Hearing =
  | { state: 'asking' }
  | { state: 'live' }
  | { state: 'lost'; why: Failure | undefined; again: number; since: number | undefined };
export const hearing = signal<Hearing>({ state: 'asking' });

/** Whether what is shown is only what was known last. */
export const isLost = computed(() => hearing.value.state === 'lost');

export const machines = computed(() => [...(world.value.machines?.values() ?? [])]);

/** Follows what changes until `signal` aborts; comes again by itself, and is told everything anew then. */
export async function follow(signal: AbortSignal): Promise<void> {
  let failed = 0;
  let why: Failure | undefined;
  while (!signal.aborted) {
    try {
      const [own, changes] = await Promise.all([
        ask('token.self', {}, { signal }),
        ask('host.events', {}, { signal }),
      ]);
      grant.value = own;
      for await (const change of whileHeard(changes)) {
        failed = 0;
        if (isLost.value) {
          dismissUnreached();
          dispatchEvent(new Event(heardAgain));
        }
        hearing.value = { state: 'live' };
        world.value = fold(world.value, change, Date.now());
      }
    } catch (error) {
      if (signal.aborted || leavesWith(error)) return;
      why = isVivariumError(error, 'service-unreachable') ? undefined : failureOf(error);
    }
    if (signal.aborted) return;
    const ms = backoff(++failed, Math.random());
    const { value: before } = hearing;
    const since = before.state === 'lost' ? before.since : before.state === 'live' ? Date.now() : undefined;
    hearing.value = { state: 'lost', why, again: Date.now() + ms, since };
    await pause(ms, signal);
  }
}
