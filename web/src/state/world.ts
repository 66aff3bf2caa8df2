import { computed, signal } from '@preact/signals';
import { isVivariumError } from '../engine.ts';
import { grant } from './access.ts';
import { ask } from './act.ts';
import { backoff, pause } from './backoff.ts';
import { fold, nothing, type World } from './fold.ts';
import { leavesWith } from './session.ts';

export const world = signal<World>(nothing);

/** Whether vmd is heard; where it is not, when it is asked again (milliseconds since 1970). */
export type Hearing = { state: 'asking' } | { state: 'live' } | { state: 'lost'; again: number };
export const hearing = signal<Hearing>({ state: 'asking' });

export const machines = computed(() => [...(world.value.machines?.values() ?? [])]);

/** Follows what changes until `signal` aborts; comes again by itself, and is told everything anew then. */
export async function follow(signal: AbortSignal): Promise<void> {
  let failed = 0;
  while (!signal.aborted) {
    try {
      const [own, changes] = await Promise.all([
        ask('token.self', {}, { signal }),
        ask('host.events', {}, { signal }),
      ]);
      grant.value = own;
      for await (const change of changes) {
        failed = 0;
        hearing.value = { state: 'live' };
        world.value = fold(world.value, change, Date.now());
      }
    } catch (error) {
      if (signal.aborted || leavesWith(error)) return;
      if (!isVivariumError(error)) console.warn(error);
    }
    if (signal.aborted) return;
    const ms = backoff(++failed, Math.random());
    hearing.value = { state: 'lost', again: Date.now() + ms };
    await pause(ms, signal);
  }
}
