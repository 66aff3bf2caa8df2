import { own } from '../../../base/own.ts';
import { grubCommands, titleAndId } from './grub-commands.ts';
import { type GrubContext, type GrubRun, workOfCommand } from './grub-context.ts';
import { type GrubCommand, parseGrubScript } from './grub-script.ts';
import { inRoot } from './grub-test.ts';
import { expandWord, type GrubWord } from './grub-words.ts';
import { deepest, mostEntries } from './menu.ts';

/** Runs commands one after the other. @returns whether the last has succeeded @throws Endless */
export function runGrub(run: GrubRun, commands: readonly GrubCommand[], context: GrubContext): boolean {
  let succeeded = true;
  for (const command of commands) {
    run.spend(workOfCommand);
    succeeded = runOne(run, command, context);
  }
  return succeeded;
}

function runOne(run: GrubRun, command: GrubCommand, context: GrubContext): boolean {
  switch (command.kind) {
    case 'simple':
      return runWords(run, expand(run, command.words, context), command.block, context);
    case 'if': {
      const branch = command.branches.find(({ condition }) => runGrub(run, condition, context));
      return runGrub(run, branch ? branch.body : command.otherwise, context);
    }
    case 'for':
      for (const value of expand(run, command.words, context)) {
        context.variables.set(command.name, value);
        runGrub(run, command.body, context);
      }
      return true;
    case 'while':
      while (runGrub(run, command.condition, context) !== command.until) {
        run.spend(workOfCommand);
        runGrub(run, command.body, context);
      }
      return true;
    case 'function':
      context.functions.set(command.name, command.body);
      return true;
  }
}

function expand(run: GrubRun, words: readonly GrubWord[], { variables }: GrubContext): string[] {
  const take = (name: string) => {
    const value = variables.get(name) ?? '';
    run.spend(value.length);
    return value;
  };
  return words.flatMap((word) => expandWord(word, take));
}

function runWords(
  run: GrubRun,
  words: readonly string[],
  block: GrubCommand[] | undefined,
  context: GrubContext,
): boolean {
  const [name = '', ...args] = words;
  if (name === '!') return !runWords(run, args, block, context);
  const body = context.functions.get(name);
  if (body) return nested(context, () => call(run, body, args, context));
  const [, variable, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(name === 'set' ? (args[0] ?? '') : name) ?? [];
  if (variable !== undefined && value !== undefined) {
    context.variables.set(variable, value);
    return true;
  }
  if (name === 'menuentry' || name === 'submenu') {
    if (context.items.length < mostEntries) context.items.push({ ...titleAndId(args), body: block ?? [] });
    return true;
  }
  if (readers.includes(name)) {
    const text = run.files.text(inRoot(args[0] ?? ''));
    if (text === undefined) return false;
    run.spend(text.length);
    return nested(context, () => runGrub(run, parseGrubScript(text), context));
  }
  return own(grubCommands, name)?.(args, context, run) ?? true;
}

/** Commands that go on in another file. */
const readers = ['source', '.', 'configfile', 'extract_entries_source'];

function nested(context: GrubContext, work: () => boolean): boolean {
  if (context.depth >= deepest) return false;
  context.depth++;
  const succeeded = work();
  context.depth--;
  return succeeded;
}

/** A function has what is given to it as `$1` and so on; what it sets otherwise is everybody's. */
function call(run: GrubRun, body: GrubCommand[], args: readonly string[], context: GrubContext): boolean {
  const before = context.variables;
  run.spend(before.size);
  const given = args.map((value, index) => [String(index + 1), value] as const);
  const all = args.join(' ');
  context.variables = new Map([...named(before), ...given, ['#', `${args.length}`], ['@', all], ['*', all]]);
  const succeeded = runGrub(run, body, context);
  const positions = [...before].filter(([name]) => !isName(name));
  context.variables = new Map([...named(context.variables), ...positions]);
  return succeeded;
}

const isName = (name: string): boolean => /^[A-Za-z_]/.test(name);

const named = (variables: Map<string, string>) => [...variables].filter(([name]) => isName(name));
