import { VivariumError } from '../base/errors.ts';
import type { Operation } from '../protocol/operation.ts';
import { kindOf } from '../protocol/parameter-kind.ts';

/** A query's texts as the parameters that they stand for; what is no parameter stays, for the engine to refuse. */
export function fromQuery(
  { parameters }: Operation,
  query: Record<string, string | string[]>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, given]) => {
      const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      return [name, parameter ? convert(name, kindOf(parameter.schema), given) : given];
    }),
  );
}

function convert(name: string, kind: ReturnType<typeof kindOf>, given: string | string[]): unknown {
  if (kind === 'list') return [given].flat();
  if (Array.isArray(given))
    throw new VivariumError('request-invalid', { problem: `has ${name} more than once` });
  if (kind === 'number') return Number(given);
  if (kind === 'boolean')
    return { true: true, '': true, '1': true, false: false, '0': false }[given] ?? given;
  if (kind !== 'json') return given;
  try {
    return JSON.parse(given);
  } catch {
    throw new VivariumError('request-invalid', { problem: `has no JSON in ${name}` });
  }
}
