import { noTimerCheck } from '../../boot/timer-check.ts';
import type { RunParameters } from './parameters.ts';

/** A kernel's command line: the words of each part in their order; without a console of its own, on the serial line. */
export function commandLine(...parts: (string | readonly string[] | undefined)[]): string {
  const words = parts.flatMap((part) => part ?? []).flatMap((text) => text.split(/\s+/));
  const said = words.filter((word) => word !== '');
  const consoles = said.some((word) => word.startsWith('console=')) ? [] : [serial];
  const timer = said.includes(noTimerCheck) ? [] : [noTimerCheck];
  return [...consoles, ...timer, ...said].join(' ');
}

const serial = 'console=ttyS0,115200';

/** What the user wants the kernel to be told; with `timing` its own lines tell its phases from the others. */
export function toldBy({ append, timing }: Pick<RunParameters, 'append' | 'timing'>): string[] {
  return [...(timing ? ['loglevel=7'] : []), ...(append === undefined ? [] : [append])];
}
