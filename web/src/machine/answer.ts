import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { OperationName, Operations, ParametersOf } from '../engine.ts';
import { act, type Failure } from '../state/act.ts';

/**
 * What a question does when it is answered: it stays until that is done, and says why where it fails. Closed before,
 * it leaves that to the page.
 */
export function useAnswer(close: () => void) {
  const why = useSignal<Failure | undefined>(undefined);
  const busy = useSignal(false);
  const open = useRef(true);
  useEffect(
    () => () => {
      open.current = false;
    },
    [],
  );
  const answer = async <Name extends OperationName>(
    operation: Name,
    subject: string,
    parameters: ParametersOf<Operations[Name]>,
  ): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    why.value = undefined;
    await act(operation, subject, parameters, (failure) => {
      why.value = failure;
      return open.current;
    });
    busy.value = false;
    if (open.current && !why.value) close();
  };
  return { why, busy, answer };
}
