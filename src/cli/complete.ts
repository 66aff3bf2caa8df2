import { readCatalogue } from '../image/catalogue.ts';
import { listImages } from '../image/store.ts';
import { catalogueFile, openHome } from '../machine/home.ts';
import { listMachines } from '../machine/machine.ts';
import { snapshotsOf } from '../snapshot/snapshot.ts';
import { flagName, parametersOf } from './arguments.ts';
import type { Command } from './command.ts';
import { commands, findCommand, hidden } from './commands.ts';
import { print } from './output.ts';

/** Called by the shells' completion scripts with the words after `vm`, the last one unfinished. */
const complete: Command = {
  run: async ({ values }) => {
    const words = values.extra as string[];
    const typed = words.at(-1) ?? '';
    const candidates = candidatesFor(words.slice(0, -1), typed).filter((it) => it.startsWith(typed));
    if (candidates.length > 0) print([...new Set(candidates)].join('\n'));
    return undefined;
  },
};

export default complete;

function candidatesFor(before: string[], typed: string): string[] {
  const found = findCommand(before);
  if (!found) {
    const next = before.length;
    return Object.keys(commands)
      .filter(
        (name) =>
          !Object.hasOwn(hidden, name) && name.split(' ').slice(0, next).join(' ') === before.join(' '),
      )
      .map((name) => name.split(' ')[next] ?? '');
  }
  const parameters = Object.entries(parametersOf(found.entry));
  if (typed.startsWith('-')) {
    const own = parameters.filter(([, { place }]) => place === 'flag').map(([name]) => `--${flagName(name)}`);
    return [...own, '--help', '--json', '--timeout'];
  }
  if (found.name === 'help') return Object.keys(commands).filter((name) => !Object.hasOwn(hidden, name));
  const positional = parameters.filter(([, { place }]) => place !== 'flag');
  const index = Math.min(found.rest.filter((word) => !word.startsWith('-')).length, positional.length - 1);
  const parameter = positional[found.entry.many ? Math.min(index, positional.length - 1) : index]?.[1];
  const choices = (parameter?.schema._zod.def as { entries?: Record<string, string> } | undefined)?.entries;
  if (choices) return Object.values(choices);
  return parameter ? namesFor(parameter.placeholder, found.rest[0]) : [];
}

/** What is there by now of the things that a placeholder stands for. @param first what was typed before it */
function namesFor(placeholder: string, first: string | undefined): string[] {
  const home = openHome(process.env);
  const machines = () => listMachines(home);
  if (placeholder === 'NAME[@SNAPSHOT]')
    return machines().flatMap((it) => [it.name, ...snapshotsOf(it).map(({ name }) => `${it.name}@${name}`)]);
  if (placeholder === 'SNAPSHOT') {
    const of = machines().filter(({ name }) => name === first);
    return of.flatMap(snapshotsOf).map(({ name }) => name);
  }
  if (placeholder === 'NAME') return machines().map(({ name }) => name);
  if (placeholder === 'IMAGE') return listImages(home.directory).map(({ name }) => name);
  return placeholder === 'NAME|URL' ? Object.keys(readCatalogue(catalogueFile(home))) : [];
}
