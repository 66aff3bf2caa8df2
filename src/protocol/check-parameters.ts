import type * as z from 'zod/mini';
import { VivariumError } from '../base/errors.ts';
import { type Operation, parametersSchema } from './operation.ts';

/**
 * What an operation was given, as it takes it: bytes and milliseconds, what may be left out filled in.
 * @throws `parameter-invalid`
 */
export function checkParameters(verb: string, operation: Operation, parameters: unknown): unknown {
  const parsed = parametersSchema(operation).safeParse(parameters ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw new VivariumError('parameter-invalid', {
    operation: verb,
    parameter: unknown ?? String(issue.path[0] ?? ''),
    problem: unknown ? 'is not known' : problemOf(issue),
  });
}

function problemOf({ message }: z.core.$ZodIssue): string {
  if (message.endsWith('received undefined')) return 'is missing';
  return message.replace(/^Invalid (input|option): /, 'is wrong: ');
}
