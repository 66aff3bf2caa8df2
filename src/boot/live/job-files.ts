import { quoteWord } from '../../base/quote-word.ts';
import type { CpioEntry } from '../cpio.ts';
import type { Additions, Job } from './additions.ts';

/** What a guest's login shells read. */
export const profile = 'etc/profile.d/vivarium.sh';

/** The files in /vivarium that guest/live/job reads. */
export function jobFiles({ env, job }: Additions): CpioEntry[] {
  return [
    ...environmentFile('vivarium/environment', env),
    ...(job ? [textFile('vivarium/command', commandText(job))] : []),
  ];
}

/** A line of sh for each variable; no file where there is none. */
export function environmentFile(path: string, env: Additions['env']): CpioEntry[] {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}=${quoteWord(value)}\n`);
  return lines.length > 0 ? [textFile(path, lines.join(''))] : [];
}

/** Lines of sh that set what is to be run, and how. */
function commandText({ command = [], terminal, directory = '' }: Job): string {
  return [
    `terminal=${terminal ? 'yes' : ''}`,
    `directory=${quoteWord(directory)}`,
    `set -- ${command.map(quoteWord).join(' ')}`,
    '',
  ].join('\n');
}

export function textFile(path: string, content: string): CpioEntry {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(content) };
}
