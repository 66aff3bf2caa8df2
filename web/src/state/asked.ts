import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Failure, failureOf } from './act.ts';
import { leavesWith } from './session.ts';

/** What was asked of vmd, and why it did not come. */
export interface Asked<T> {
  value: Signal<T | undefined>;
  why: Signal<Failure | undefined>;
}

/** Asks when the component is first shown, and again whenever one of `on` has changed. */
export function useAsked<T>(question: (signal: AbortSignal) => Promise<T>, on: unknown[]): Asked<T> {
  const value = useSignal<T | undefined>(undefined);
  const why = useSignal<Failure | undefined>(undefined);
  useEffect(() => {
    const left = new AbortController();
    question(left.signal).then(
      (answer) => {
        if (left.signal.aborted) return;
        value.value = answer;
        why.value = undefined;
      },
      (error) => {
        if (!left.signal.aborted && !leavesWith(error)) why.value = failureOf(error);
      },
    );
    return () => left.abort();
  }, on);
  return { value, why };
}
