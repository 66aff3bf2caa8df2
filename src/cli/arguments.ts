import { parseArgs } from 'node:util';
import { parseDuration } from '../base/durations.ts';
import { VivariumError } from '../base/errors.ts';
import type { Operation, Parameter } from '../protocol/operation.ts';
import { operations } from '../protocol/operations.ts';
import { kindOf } from '../protocol/parameter-kind.ts';
import type { Entry } from './commands.ts';
import { ownFlags } from './own-flags.ts';
import type { Wish } from './which-host.ts';

/** What was typed after a command's name. */
export interface Arguments {
  // biome-ignore lint/suspicious/noExplicitAny: the engine checks them
  values: Record<string, any>;
  /** Positional arguments that no parameter takes. */
  extra: string[];
  help: boolean;
  json: boolean;
  timeout: number | undefined;
  wish: Wish;
}

/** The parameters of a command by their names in the operation table, and the flags of its own. */
export function parametersOf({ operation, flags }: Entry): Record<string, Parameter> {
  const table = operation ? (operations[operation] as unknown as Operation).parameters : {};
  return flags ? { ...table, ...ownFlags[flags]() } : table;
}

/** `noNetwork` as it is typed: `no-network`. */
export const flagName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads a command's arguments by the operation's parameters.
 * @throws `parameter-invalid`
 */
export function readArguments(command: string, entry: Entry, words: readonly string[]): Arguments {
  const parameters = Object.entries(parametersOf(entry));
  const fail = (parameter: string, problem: string) =>
    new VivariumError('parameter-invalid', { operation: command, parameter, problem });
  const { ours, theirs } = splitVerbatim(parameters, withBare(parameters, words));
  const parsed = parse(parameters, ours, fail);
  const values: Arguments['values'] = {};
  for (const [name, parameter] of parameters) {
    const given = parsed.values[flagName(name)];
    if (parameter.place === 'flag' && given !== undefined) values[name] = convert(parameter, given);
  }
  const positionals = [...parsed.positionals];
  for (const [name, parameter] of parameters) {
    if (parameter.place === 'verbatim') values[name] = theirs;
    if (parameter.place === 'arguments') values[name] = positionals.splice(0);
    if (parameter.place !== 'argument') continue;
    const word = positionals.shift();
    if (word !== undefined)
      values[name] = convert(parameter, word, (problem) => fail(parameter.placeholder, problem));
  }
  const timeout =
    parsed.values.timeout === undefined ? undefined : parseDuration(String(parsed.values.timeout));
  if (parsed.values.timeout !== undefined && timeout === undefined)
    throw fail('--timeout', 'must be a duration such as 30s');
  return {
    values,
    extra: positionals,
    help: parsed.values.help === true,
    json: parsed.values.json === true,
    timeout,
    wish: {
      host: parsed.values.host as string | undefined,
      context: parsed.values.context as string | undefined,
    },
  };
}

/** `vm --host ssh://box list`: where a command goes may be said before its name, too. */
export function splitWish(words: readonly string[]): { wish: string[]; rest: string[] } {
  let at = 0;
  for (let word = words[at]; word !== undefined; word = words[at]) {
    const [, equals] = /^--(?:host|context)(=)?/.exec(word) ?? [];
    if (word !== '--host' && word !== '--context' && equals === undefined) break;
    at += equals === undefined ? 2 : 1;
  }
  return { wish: words.slice(0, at), rest: words.slice(at) };
}

/** A flag that stands alone gets the value that it has then. */
function withBare(parameters: [string, Parameter][], words: readonly string[]): string[] {
  const bare = new Map(
    parameters.flatMap(([name, { bare }]) => (bare === undefined ? [] : [[`--${flagName(name)}`, bare]])),
  );
  const end = words.indexOf('--');
  return words.map((word, at) => {
    const value = end < 0 || at < end ? bare.get(word) : undefined;
    const next = words[at + 1];
    return value !== undefined && (next === undefined || next.startsWith('-')) ? `${word}=${value}` : word;
  });
}

function parse(
  parameters: [string, Parameter][],
  words: readonly string[],
  fail: (parameter: string, problem: string) => VivariumError,
) {
  try {
    return parseArgs({
      args: [...words],
      options: optionsOf(parameters),
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    });
  } catch (error) {
    const message = (error as Error).message.split('. ')[0] ?? '';
    throw fail('arguments', `are wrong: ${message.replace(/\.$/, '')}`);
  }
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function optionsOf(parameters: [string, Parameter][]): Options {
  const options: Options = {
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
    timeout: { type: 'string' },
    host: { type: 'string' },
    context: { type: 'string' },
  };
  for (const [name, { place, schema, short }] of parameters) {
    if (place !== 'flag') continue;
    const kind = kindOf(schema);
    options[flagName(name)] = {
      type: kind === 'boolean' ? 'boolean' : 'string',
      multiple: kind === 'list',
      ...(short && { short }),
    };
  }
  return options;
}

/**
 * Parts a command's own words from those that it passes on as they are: all behind `--`, or from the first one
 * behind its arguments that is no flag of its own.
 */
function splitVerbatim(
  parameters: [string, Parameter][],
  words: readonly string[],
): { ours: string[]; theirs: string[] } {
  const verbatim = parameters.find(([, { place }]) => place === 'verbatim')?.[1];
  if (!verbatim) return { ours: [...words], theirs: [] };
  if (verbatim.separated) {
    const end = words.indexOf('--');
    return end < 0
      ? { ours: [...words], theirs: [] }
      : { ours: words.slice(0, end), theirs: words.slice(end + 1) };
  }
  const options = optionsOf(parameters);
  let missing = parameters.filter(([, { place }]) => place === 'argument').length;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') return { ours: words.slice(0, at), theirs: words.slice(at + 1) };
    const flag = flagOf(options, word);
    if (flag?.type === 'string' && !word.includes('=')) at++;
    if (flag || (word.startsWith('-') && missing > 0)) continue;
    if (missing === 0) return { ours: words.slice(0, at), theirs: words.slice(at) };
    missing--;
  }
  return { ours: [...words], theirs: [] };
}

/** The flag that a whole word names: `-i`, `--env`, `--env=A=b`, `--no-follow`. */
function flagOf(options: Options, word: string): Options[string] | undefined {
  const [, long, short] = /^(?:--([a-z][a-z-]*)(?:=.*)?|-([a-z]))$/is.exec(word) ?? [];
  if (long !== undefined) return options[long] ?? options[long.replace(/^no-/, '')];
  return Object.values(options).find((it) => it.short === short && short !== undefined);
}

function convert(
  { schema, commas }: Parameter,
  given: string | boolean | (string | boolean)[],
  fail?: (problem: string) => VivariumError,
): unknown {
  switch (kindOf(schema)) {
    case 'number':
      return Number(given);
    case 'list':
      return [given].flat().flatMap((item) => (commas ? String(item).split(',') : [item]));
    case 'json':
      try {
        return JSON.parse(String(given));
      } catch (error) {
        throw fail?.(`is no JSON: ${(error as Error).message}`) ?? error;
      }
    default:
      return given;
  }
}
