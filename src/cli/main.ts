import { isVivariumError, VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { similar } from '../base/similar.ts';
import { operations } from '../protocol/operations.ts';
import { type Arguments, readArguments, splitWish } from './arguments.ts';
import type { Invocation } from './command.ts';
import { type CommandName, commands, type Entry, findCommand, groupOf, hidden } from './commands.ts';
import { openPlace } from './engine.ts';
import { loaders } from './loaders.ts';
import { endProgress, note, printJson, printProgress, toJson } from './output.ts';
import { type Wish, whichHost } from './which-host.ts';

/** Runs one command line. @returns the exit code (see the table of errors) */
export async function main(words: string[]): Promise<number> {
  process.stdout.on('error', leaveOnClosedPipe);
  process.stderr.on('error', leaveOnClosedPipe);
  let json = words.includes('--json');
  let command = '';
  try {
    const { wish, rest } = splitWish(words);
    const found = findCommand(rest.length === 0 ? ['help'] : rest);
    if (!found) throw unknownCommand(rest);
    command = found.name;
    const args = readArguments(found.name, found.entry, [...wish, ...found.rest]);
    json = args.json; // not one that stands among the words of a command for the guest
    if (args.help) return await help(found.name);
    return await run(found.name, found.entry, args);
  } catch (error) {
    return fail(error, json, command);
  }
}

async function run(name: CommandName, entry: Entry, args: Arguments): Promise<number> {
  const many = entry.many ? [String(args.values.name ?? ''), ...args.extra].filter((it) => it !== '') : [];
  if (!entry.many && args.extra.length > 0 && !entry.usage) {
    throw new VivariumError('parameter-invalid', {
      operation: name,
      parameter: JSON.stringify(args.extra[0]),
      problem: 'is one argument too many',
    });
  }
  const elsewhere = entry.local ? onlyHere(args.wish) : whichHost(args.wish, process.env);
  const [{ default: command }, opened] = await Promise.all([loaders[name](), openPlace(elsewhere)]);
  using place = opened;
  const { engine } = place;
  const interrupted = new AbortController();
  const interrupt = interruption(interrupted);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  const {
    values,
    extra,
    json,
    timeout = entry.operation ? operations[entry.operation].timeout : 60_000,
  } = args;
  const call = async (machine: object, give: Invocation['printJson']): Promise<number> => {
    const scope = new Scope({ timeout, signal: interrupted.signal, report: printProgress });
    const given = { ...values, ...machine, ...(entry.usage && { extra }) };
    return (await command.run({ engine, elsewhere, values: given, scope, json, printJson: give })) ?? 0;
  };
  try {
    return many.length > 1 ? await callMany(name, many, json, call) : await call({}, printJson);
  } finally {
    endProgress();
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** @throws `parameter-invalid` where another host was typed */
function onlyHere({ host, context }: Wish): undefined {
  if (host === undefined && context === undefined) return;
  const problem = 'does not belong here: this command is about this host alone';
  throw new VivariumError('parameter-invalid', { operation: 'vm', parameter: '--host', problem });
}

/** Milliseconds in which a signal comes twice from one cause: timeout(1) sends it to its child and to the group. */
const twice = 1000;

/** What a signal does: the first one has the work taken back, one that somebody sends later ends it at once. */
function interruption(work: AbortController): (signal: NodeJS.Signals) => void {
  let first: number | undefined;
  return (signal) => {
    first ??= performance.now();
    work.abort();
    if (performance.now() - first < twice || signal === 'SIGHUP') return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
}

/** Does each machine, side by side; what is printed as JSON is one list, in the order of the names. */
async function callMany(
  command: string,
  names: string[],
  json: boolean,
  call: (machine: object, give: Invocation['printJson']) => Promise<number>,
): Promise<number> {
  const results: unknown[][] = names.map(() => []);
  const calls = names.map((name, index) =>
    call({ name }, (result) => results[index]?.push(result)).catch((error) => fail(error, json, command)),
  );
  const codes = await Promise.all(calls);
  if (json) printJson(results.flat(1));
  return Math.max(...codes);
}

async function help(name: string): Promise<number> {
  const [{ commandHelp }, { print }] = await Promise.all([import('./help-text.ts'), import('./output.ts')]);
  print(commandHelp(name));
  return 0;
}

function unknownCommand(words: string[]): VivariumError {
  const [first = ''] = words;
  const known = Object.keys(commands).filter((name) => !Object.hasOwn(hidden, name));
  const group = groupOf(first);
  const typed = group.length > 0 ? words.slice(0, 2).join(' ') : first;
  // Of a group alone all is named: the nearest in letters may be the last that is meant.
  const near = words.length === 1 && group.length > 0 ? group : similar(typed, known);
  return new VivariumError('command-unknown', { command: typed, similar: near });
}

/** Says on standard error what went wrong. @returns the exit code */
function fail(cause: unknown, json: boolean, command: string): number {
  if (!isVivariumError(cause)) {
    note(`vm: this should not have happened: ${cause instanceof Error ? cause.stack : String(cause)}`);
    return 1;
  }
  const error = isVivariumError(cause, 'parameter-invalid')
    ? new VivariumError('parameter-invalid', { ...cause.details, operation: command }) // as it was typed
    : cause;
  note(json ? toJson({ error }) : `vm: ${error.message}\n    ${error.hint}`);
  return error.exitCode;
}

/** `vm list | head -1` ends in silence; nobody reads what is said to a terminal that was closed. */
function leaveOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EIO') return;
  if (error.code !== 'EPIPE') note(`vm: standard output takes no more: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
}
