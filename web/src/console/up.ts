import { effect } from '@preact/signals';
import type { MachineState } from '../engine.ts';
import { takes } from '../state/access.ts';
import { world } from '../state/world.ts';

const stateOf = (name: string): MachineState | undefined => world.value.machines?.get(name)?.state;

/** Whether the machine is not on its way: what it has no console for now, it may have in a moment. */
export function isSettled(name: string): boolean {
  const state = stateOf(name);
  return state !== 'starting' && state !== 'stopping';
}

/** Waits until the machine is in a state in which it has a console; `down` is called once where it is not. */
export function untilUp(name: string, aborted: AbortSignal, down: () => void): Promise<void> {
  let told = false;
  return until(aborted, () => {
    const state = stateOf(name);
    if (state === undefined) return false;
    if (takes('machine.console', state)) return true;
    if (!told) down();
    told = true;
    return false;
  });
}

/** What is another when a machine is in another state, or was started anew. */
const lifeOf = (name: string): string => `${stateOf(name)} ${world.value.machines?.get(name)?.pid}`;

/** Waits until the machine is otherwise than now. */
export function untilOtherwise(name: string, aborted: AbortSignal): Promise<void> {
  const was = lifeOf(name);
  return until(aborted, () => lifeOf(name) !== was);
}

/** Waits until what the page knows makes it so, or until `aborted`. */
function until(aborted: AbortSignal, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let stop = () => {};
    const over = () => {
      aborted.removeEventListener('abort', over);
      resolve();
      queueMicrotask(() => stop()); // the first look is before there is something to stop
    };
    aborted.addEventListener('abort', over);
    stop = effect(() => {
      if (aborted.aborted || isSo()) over();
    });
  });
}
