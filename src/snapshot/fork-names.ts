import { VivariumError } from '../base/errors.ts';
import type { Home } from '../machine/home.ts';
import { machineNames } from '../machine/machine.ts';

/** How forks are to be called, and how many there are to be. */
export interface Wanted {
  names?: readonly string[] | undefined;
  count?: number | undefined;
  /** With one `%d`, or `%03d`. */
  name?: string | undefined;
}

/**
 * The names of the forks of a machine: those that were given, and then, up to the count, the first free ones of the
 * pattern; one fork where nothing is said.
 * @param check throws where a name may not be had: before it is known whether there is such a machine
 * @throws `parameter-invalid` where more names are given than forks are wanted, or one twice
 */
export function namesFor(
  home: Home,
  source: string,
  { names = [], count, name }: Wanted,
  check: (name: string) => void = () => {},
): string[] {
  const total = count ?? Math.max(1, names.length);
  const wrong = (parameter: string, problem: string) =>
    new VivariumError('parameter-invalid', { operation: 'fork', parameter, problem });
  if (names.length > total) throw wrong('--count', `is ${total}, and ${names.length} names are given`);
  if (name !== undefined && names.length === total)
    throw wrong('--name', 'is of no use: all have a name already');
  const twice = names.find((it, index) => names.indexOf(it) !== index);
  if (twice !== undefined) throw wrong('NEW', `has ${twice} twice`);
  names.forEach(check);
  const taken = new Set([...machineNames(home), ...names]);
  const found = [...names];
  for (let number = 1; found.length < total; number++) {
    const next = numbered(name ?? `${source}-%d`, number);
    check(next);
    if (!taken.has(next)) found.push(next);
  }
  return found;
}

/** `worker-%03d` with a number in it. */
function numbered(pattern: string, number: number): string {
  return pattern.replace(/%(?:0(\d+))?d/, (_, width = '1') => String(number).padStart(Number(width), '0'));
}
