import { VivariumError } from '../base/errors.ts';

/**
 * The arguments of a command that calls no operation.
 * @param names one for each, as the usage has it
 * @throws `parameter-invalid` where one is missing, or one too many
 */
export function argumentsOf<const Names extends readonly string[]>(
  command: string,
  extra: readonly string[],
  names: Names,
): { [At in keyof Names]: string } {
  const fail = (parameter: string, problem: string) =>
    new VivariumError('parameter-invalid', { operation: command, parameter, problem });
  const missing = names[extra.length];
  if (missing !== undefined) throw fail(missing, 'is missing');
  const more = extra[names.length];
  if (more !== undefined) throw fail(JSON.stringify(more), 'is one argument too many');
  return [...extra] as { [At in keyof Names]: string };
}
