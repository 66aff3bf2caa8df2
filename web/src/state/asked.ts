import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Failure, failureOf } from './act.ts';
import { heardAgain } from './backoff.ts';
import { leavesWith } from './session.ts';

/** What was asked of vmd, and why it did not come. */
export interface Asked<T> {
  value: Signal<T | undefined>;
  why: Signal<Failure | undefined>;
}

/** Asks when the component is first shown, whenever one of `on` has changed, and, where it failed, when vmd is back. */
export function useAsked<T>(question: (signal: AbortSignal) => Promise<T>, on: unknown[]): Asked<T> {
  const value = useSignal<T | undefined>(undefined);
  const why = useSignal<Failure | undefined>(undefined);
  useEffect(() => {
    const left = new AbortController();
    const look = () => {
      question(left.signal).then(told, failed);
    };
    const told = (answer: T) => {
      if (left.signal.aborted) return;
      value.value = answer;
      why.value = undefined;
    };
    const failed = (error: unknown) => {
      if (!left.signal.aborted && !leavesWith(error)) why.value = failureOf(error);
    };
    const again = () => {
      if (why.value) look();
    };
    look();
    addEventListener(heardAgain, again);
    return () => {
      left.abort();
      removeEventListener(heardAgain, again);
    };
  }, on);
  return { value, why };
}
