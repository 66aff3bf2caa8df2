import { isVivariumError } from '../base/errors.ts';
import type { AnyCall } from '../protocol/engine.ts';
import { type Operation, onlyLooks } from '../protocol/operation.ts';
import { operations } from '../protocol/operations.ts';
import type { AuditLog } from './audit-log.ts';
import type { Grant } from './grant.ts';
import { around } from './streams.ts';
import { subjectOf } from './subject.ts';

/** Where calls are written down, and from where they come: an address, or `the socket`. */
export interface Audit {
  log: AuditLog;
  from: string;
}

/**
 * The same calls, written down: all but looks that succeed. Who streams is told of when the stream opens and when it
 * ends. Of what is typed, run or sent nothing is written, nor of what comes out.
 */
export function audited(call: AnyCall, { who }: Grant, { log, from }: Audit): AnyCall {
  return async (name, parameters, scope) => {
    const began = performance.now();
    const operation = operations[name] as unknown as Operation;
    const tell = (result: string) =>
      log.tell({
        who,
        from,
        operation: name,
        subject: subjectOf(operation, parameters),
        result,
        took: performance.now() - began,
      });
    try {
      const result = await call(name, parameters, scope);
      if (onlyLooks(operation)) return result;
      if (!operation.stream) tell('ok');
      else tell('opened');
      return operation.stream ? around(result, { output: (it) => toItsEnd(it, tell) }) : result;
    } catch (error) {
      tell(codeOf(error));
      throw error;
    }
  };
}

const codeOf = (error: unknown): string => (isVivariumError(error) ? error.code : 'unexpected');

async function* toItsEnd<T>(output: AsyncIterable<T>, tell: (result: string) => void): AsyncGenerator<T> {
  let result = 'ok';
  try {
    yield* output;
  } catch (error) {
    result = codeOf(error);
    throw error;
  } finally {
    tell(result);
  }
}
