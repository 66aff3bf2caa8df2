import type { Scope } from '../base/scope.ts';
import { readCatalogue } from '../image/catalogue.ts';
import { listImages } from '../image/store.ts';
import { catalogueFile, openHome } from '../machine/home.ts';
import { listMachines } from '../machine/machine.ts';
import type { Engine } from '../protocol/engine.ts';
import { snapshotsOf } from '../snapshot/snapshot.ts';
import { flagName, parametersOf, splitWish } from './arguments.ts';
import type { Command } from './command.ts';
import { commands, findCommand, hidden } from './commands.ts';
import { openPlace } from './engine.ts';
import { print } from './output.ts';
import { type Wish, whichHost } from './which-host.ts';

/** Called by the shells' completion scripts with the words after `vm`, the last one unfinished. */
const complete: Command = {
  run: async ({ values, scope }) => {
    const words = values.extra as string[];
    const typed = words.at(-1) ?? '';
    const { wish, rest } = splitWish(words.slice(0, -1));
    using place = await openPlace(whichHost(wishIn(wish.length > 0 ? wish : rest), process.env));
    const names = place.elsewhere ? namesThere(place.engine, scope.within(patience)) : namesHere;
    const candidates = (await candidatesFor(rest, typed, names)).filter((it) => it.startsWith(typed));
    if (candidates.length > 0) print([...new Set(candidates)].join('\n'));
    return undefined;
  },
};

export default complete;

/** Where the words say that the command goes. */
function wishIn(words: readonly string[]): Wish {
  const given = (flag: string) => {
    const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
    return at < 0 ? undefined : words[at]?.slice(flag.length + 1) || words[at + 1];
  };
  return { host: given('--host'), context: given('--context') };
}

async function candidatesFor(before: string[], typed: string, names: Names): Promise<string[]> {
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
    return [...own, '--help', '--json', '--timeout', '--host', '--context'];
  }
  if (found.name === 'help') return Object.keys(commands).filter((name) => !Object.hasOwn(hidden, name));
  const positional = parameters.filter(([, { place }]) => place !== 'flag');
  const index = Math.min(found.rest.filter((word) => !word.startsWith('-')).length, positional.length - 1);
  const parameter = positional[found.entry.many ? Math.min(index, positional.length - 1) : index]?.[1];
  const choices = (parameter?.schema._zod.def as { entries?: Record<string, string> } | undefined)?.entries;
  if (choices) return Object.values(choices);
  return parameter ? await names(parameter.placeholder, found.rest[0]) : [];
}

/** What is there by now of the things that a placeholder stands for. @param first what was typed before it */
type Names = (placeholder: string, first: string | undefined) => Promise<string[]>;

/** Milliseconds that somebody waits for another host who has pressed a key. */
const patience = 3000;

const namesHere: Names = async (placeholder, first) => {
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
};

/** The same of another host. */
function namesThere({ machine, snapshot, image }: Engine, scope: Scope): Names {
  return async (placeholder, first) => {
    const machines = async () => (await machine.list({}, scope)).map(({ name }) => name);
    if (placeholder === 'NAME') return await machines();
    if (placeholder === 'NAME[@SNAPSHOT]') {
      const [all, kept] = await Promise.all([machines(), snapshot.list({}, scope)]);
      return [...all, ...kept.map((it) => `${it.machine}@${it.name}`)];
    }
    if (placeholder === 'SNAPSHOT') {
      const kept = first === undefined ? [] : await snapshot.list({ name: first }, scope);
      return kept.map(({ name }) => name);
    }
    if (placeholder === 'IMAGE') return (await image.list({}, scope)).map(({ name }) => name);
    if (placeholder !== 'NAME|URL') return [];
    return (await image.catalogue({}, scope)).map(({ name }) => name);
  };
}
