import { quoteWord } from '../../base/quote-word.ts';
import type { Additions, Job } from './additions.ts';

/** The text of /vivarium/environment: a line of sh for each variable. */
export function environmentText(env: Additions['env']): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${quoteWord(value)}\n`)
    .join('');
}

/** The text of /vivarium/command, which guest/live/job reads: lines of sh that set what is to be run, and how. */
export function commandText({ command = [], terminal, directory = '' }: Job): string {
  return [
    `terminal=${terminal ? 'yes' : ''}`,
    `directory=${quoteWord(directory)}`,
    `set -- ${command.map(quoteWord).join(' ')}`,
    '',
  ].join('\n');
}
