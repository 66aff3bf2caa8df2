import { VivariumError } from '../base/errors.ts';
import { similar } from '../base/similar.ts';
import { operations } from '../protocol/operations.ts';
import { kindOf } from '../protocol/parameter-kind.ts';
import { flagName, parametersOf } from './arguments.ts';
import { commands, type Entry, findCommand, groupOf, groups } from './commands.ts';
import { styled } from './output.ts';

/** What `vm` without anything says. */
export function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const sections = Object.entries(groups).map(([title, group]) => {
    const lines = Object.entries(group).map(([name, entry]) => `  ${name.padEnd(width)}${summaryOf(entry)}`);
    return `${styled('bold', title)}\n${lines.join('\n')}`;
  });
  return `Virtual machines, each a directory that a supervisor keeps running.

Usage: vm COMMAND [ARGUMENTS]      vm help COMMAND      vm help machine.yaml

${sections.join('\n\n')}

Every command takes --help, --timeout DURATION and, where it returns something, --json.
Another host's machines: --host ssh://USER@HOST, http://HOST:PORT or unix:PATH, or --context NAME (vm context add).
Environment: VMDIR, where the machines are; VMCONF, a file that sets it; VM_HOST, VM_TOKEN, VM_CONTEXT (see the docs).
Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 wrong state or busy, 5 timeout, 6 the host lacks something.`;
}

/** @throws `command-unknown` */
export function commandHelp(typed: string): string {
  const found = findCommand(typed.split(' '));
  if (!found || found.rest.length > 0) {
    const group = groupOf(typed.replace(/s$/, ''));
    throw new VivariumError('command-unknown', {
      command: typed,
      similar: group.length > 0 ? group : similar(typed, Object.keys(commands)),
    });
  }
  const { name, entry } = found;
  return `${summaryOf(entry)}.

Usage: ${usageOf(name, entry)}
Example: ${entry.example}

${flagLines(entry).join('\n')}`;
}

export function summaryOf(entry: Entry): string {
  return entry.summary ?? (entry.operation ? operations[entry.operation].summary : '');
}

export function usageOf(name: string, entry: Entry): string {
  if (entry.usage) return entry.usage;
  const parameters = Object.values(parametersOf(entry));
  const [positionals, theirs] = [false, true].map((verbatim) =>
    parameters
      .filter(({ place }) => place !== 'flag' && (place === 'verbatim') === verbatim)
      .map(({ place, placeholder, schema }) => {
        const needed = place === 'argument' && schema._zod.def.type !== 'optional';
        const more = place !== 'argument' || (entry.many && placeholder === 'NAME');
        return (needed ? placeholder : `[${placeholder}]`) + (more ? '…' : '');
      }),
  ) as [string[], string[]];
  const flags = parameters.some(({ place }) => place === 'flag') ? ['[FLAGS]'] : [];
  return ['vm', name, ...positionals, ...flags, ...theirs].join(' ');
}

/** A line for each flag and argument. */
export function flagLines(entry: Entry): string[] {
  const own = Object.entries(parametersOf(entry)).map(
    ([name, { place, short, schema, placeholder, about, bare }]) => {
      if (place !== 'flag') return [placeholder, about];
      const value =
        kindOf(schema) === 'boolean' ? '' : bare === undefined ? ` ${placeholder}` : ` [${placeholder}]`;
      return [`${short ? `-${short}, ` : '    '}--${flagName(name)}${value}`, about];
    },
  );
  const common = [
    ...(entry.plain ? [] : [['    --json', 'print JSON, errors too']]),
    ['    --timeout DURATION', 'give up after this long'],
    ['-h, --help', 'this text'],
  ];
  const all = [...own, ...common];
  const width = Math.max(...all.map(([left = '']) => left.length)) + 2;
  return all.map(([left = '', right]) => `  ${left.padEnd(width)}${right}`);
}
