import { type Engine, engineOf } from '../protocol/engine.ts';
import type { Operation } from '../protocol/operation.ts';
import { operations } from '../protocol/operations.ts';
import { call } from './call.ts';
import { type Bytes, stream } from './stream.ts';
import type { Transport } from './transport.ts';

/**
 * The engine of a service. Whatever it says comes as the local engine would say it: results, progress, streams and
 * errors; `service-unreachable` beside them.
 * @param options.detached long work goes on when its caller has gone
 */
export function engineOver(transport: Transport, options: { detached?: boolean } = {}): Engine {
  return engineOf(async (name, parameters, scope) => {
    const { plain, bytes } = splitBytes(parameters);
    const streams = (operations[name] as Operation).stream !== undefined;
    if (streams || bytes.input || bytes.output) return await stream(transport, name, plain, scope, bytes);
    return await call(transport, name, plain, scope, options);
  });
}

/** Parts what JSON can say from bytes that come and go. */
function splitBytes(parameters: unknown): { plain: unknown; bytes: Bytes } {
  const bytes: Bytes = {};
  if (parameters === null || typeof parameters !== 'object') return { plain: parameters ?? {}, bytes };
  const plain = Object.entries(parameters).filter(([parameter, value]) => {
    if (typeof value === 'function') bytes.output = { parameter, take: value };
    else if (isBytes(value)) bytes.input = { parameter, bytes: value };
    else return true;
    return false;
  });
  return { plain: Object.fromEntries(plain), bytes };
}

const isBytes = (value: unknown): value is Uint8Array | AsyncIterable<Uint8Array> =>
  value instanceof Uint8Array ||
  (typeof value === 'object' && value !== null && Symbol.asyncIterator in value);
