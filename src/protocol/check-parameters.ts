import type * as z from 'zod/mini';
import { VivariumError } from '../base/errors.ts';
import { similar } from '../base/similar.ts';
import { commandName } from './command-name.ts';
import { type Operation, parametersSchema } from './operation.ts';
import { type OperationName, operations } from './operations.ts';

/**
 * What an operation was given, as it takes it: bytes and milliseconds, what may be left out filled in.
 * @throws `parameter-invalid`
 */
export function checkParameters(name: OperationName, parameters: unknown): unknown {
  const operation = operations[name] as unknown as Operation;
  const parsed = parametersSchema(operation).safeParse(parameters ?? {});
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A name that is written wrong is why another one is missing.
  const unknown = issues.flatMap((it) => (it.code === 'unrecognized_keys' ? it.keys : []))[0];
  const issue = issues[0] as z.core.$ZodIssue;
  throw new VivariumError('parameter-invalid', {
    operation: commandName(name),
    parameter: unknown ?? String(issue.path[0] ?? ''),
    problem:
      unknown === undefined ? problemOf(issue) : unknownProblem(unknown, Object.keys(operation.parameters)),
  });
}

function unknownProblem(name: string, known: string[]): string {
  const [meant] = similar(name, known);
  return `is not known${meant === undefined ? '' : ` (perhaps ${meant} is meant)`}`;
}

function problemOf({ message }: z.core.$ZodIssue): string {
  if (message.endsWith('received undefined')) return 'is missing';
  return message.replace(/^Invalid (input|option): /, 'is wrong: ');
}
