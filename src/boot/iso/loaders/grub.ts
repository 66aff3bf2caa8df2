import { dirname } from 'node:path/posix';
import { own } from '../../../base/own.ts';
import { type GrubCommand, parseGrubScript } from './grub-script.ts';
import { grubTest, inRoot } from './grub-test.ts';
import { expandWord, type GrubWord } from './grub-words.ts';
import { deepest, type LoaderFiles, type Menu, type MenuEntry, mostEntries } from './menu.ts';

export interface GrubHost {
  /** The volume's name, which `probe --label` tells. */
  label: string;
  /** The firmware that GRUB is thought to run on: configurations ask for it. */
  platform: 'efi' | 'pc';
}

/** One line of a menu before anybody has chosen it. */
interface Item {
  title: string;
  id: string;
  submenu: boolean;
  body: GrubCommand[];
}

/** What the commands of one menu, or of one entry, have come to. */
interface Context {
  variables: Map<string, string>;
  functions: Map<string, GrubCommand[]>;
  items: Item[];
  depth: number;
  linux?: { kernel: string; append: string };
  initrds: string[];
}

/** What a configuration may cost before it is called endless: each character read, and so much a command. */
const mostWork = 8_000_000;
const workOfCommand = 64;

class Endless extends Error {}

/**
 * The menu that GRUB shows for the configuration at `path`: the script is run as far as variables, conditions,
 * functions, includes and submenus go, and then each entry of it. Of commands that look at a machine, such as
 * `search` and `loadfont`, it is taken that they succeed.
 */
export function grubMenu(files: LoaderFiles, path: string, host: GrubHost): Menu {
  const entries: MenuEntry[] = [];
  let work = 0;
  const top = emptyContext(new Map(Object.entries(environment(path, host))));

  const spend = (amount: number): void => {
    work += amount;
    if (work > mostWork) throw new Endless();
  };

  const expand = (words: readonly GrubWord[], { variables }: Context): string[] => {
    const take = (name: string) => {
      const value = variables.get(name) ?? '';
      spend(value.length);
      return value;
    };
    return words.flatMap((word) => expandWord(word, take));
  };

  const run = (commands: readonly GrubCommand[], context: Context): boolean => {
    let succeeded = true;
    for (const command of commands) {
      spend(workOfCommand);
      succeeded = runOne(command, context);
    }
    return succeeded;
  };

  const runOne = (command: GrubCommand, context: Context): boolean => {
    switch (command.kind) {
      case 'simple':
        return runWords(expand(command.words, context), command.block, context);
      case 'if': {
        const branch = command.branches.find(({ condition }) => run(condition, context));
        return run(branch ? branch.body : command.otherwise, context);
      }
      case 'for':
        for (const value of expand(command.words, context)) {
          context.variables.set(command.name, value);
          run(command.body, context);
        }
        return true;
      case 'while':
        while (run(command.condition, context) !== command.until) {
          spend(workOfCommand);
          run(command.body, context);
        }
        return true;
      case 'function':
        context.functions.set(command.name, command.body);
        return true;
    }
  };

  const runWords = (words: string[], block: GrubCommand[] | undefined, context: Context): boolean => {
    const [name = '', ...args] = words;
    if (name === '!') return !runWords(args, block, context);
    const defined = context.functions.get(name);
    if (defined) return nested(context, () => call(defined, args, context));
    const assigned = /^([A-Za-z_]\w*)=(.*)$/s.exec(name === 'set' ? (args[0] ?? '') : name);
    if (assigned) {
      context.variables.set(assigned[1] as string, assigned[2] as string);
      return true;
    }
    if (name === 'menuentry' || name === 'submenu') {
      if (context.items.length < mostEntries) {
        context.items.push({ ...titleAndId(args), submenu: name === 'submenu', body: block ?? [] });
      }
      return true;
    }
    if (name === 'source' || name === '.' || name === 'configfile' || name === 'extract_entries_source') {
      const text = files.text(inRoot(args[0] ?? ''));
      spend(text?.length ?? 0);
      return text !== undefined && nested(context, () => run(parseGrubScript(text), context));
    }
    return own(commands, name)?.(args, context, { files, host }) ?? true;
  };

  const nested = (context: Context, work: () => boolean): boolean => {
    if (context.depth >= deepest) return false;
    context.depth++;
    const succeeded = work();
    context.depth--;
    return succeeded;
  };

  /** A function has what is given to it as `$1` and so on; what it sets otherwise is everybody's. */
  const call = (body: GrubCommand[], args: string[], context: Context): boolean => {
    const before = context.variables;
    spend(before.size);
    const given = args.map((value, index) => [String(index + 1), value] as const);
    const all = args.join(' ');
    context.variables = new Map([
      ...named(before),
      ...given,
      ['#', `${args.length}`],
      ['@', all],
      ['*', all],
    ]);
    const succeeded = run(body, context);
    const positions = [...before].filter(([name]) => !isName(name));
    context.variables = new Map([...named(context.variables), ...positions]);
    return succeeded;
  };

  /** Runs the entries of a menu as if each were chosen. @param chosen the default of the menu, where it is ours to tell */
  const choose = (menu: Context, chosen: string | undefined): void => {
    const { items } = menu;
    const [first = '', ...rest] = chosen?.split('>') ?? [];
    const named = items.findIndex(({ title, id }, index) => [title, id, String(index)].includes(first));
    for (const [index, item] of items.entries()) {
      const context = emptyContext(new Map(menu.variables), new Map(menu.functions), menu.depth);
      context.variables.set('chosen', item.title);
      const preferred = chosen !== undefined && index === Math.max(0, named);
      run(item.body, context);
      const { linux, initrds } = context;
      if (linux && entries.length < mostEntries) {
        entries.push({ title: item.title, ...linux, initrds, default: preferred });
      }
      if (context.items.length > 0 && context.depth < deepest) {
        context.depth++;
        const below = rest.length > 0 ? rest.join('>') : (context.variables.get('default') ?? '');
        choose(context, preferred ? below : undefined);
      }
    }
  };

  try {
    run(parseGrubScript(files.text(path) ?? ''), top);
    if (top.linux) entries.push({ title: '', ...top.linux, initrds: top.initrds, default: true });
    choose(top, top.variables.get('default') ?? '');
  } catch (error) {
    if (!(error instanceof Endless)) throw error; // what was found before the end of patience is the menu
  }
  const timeout = Number(top.variables.get('timeout') || Number.NaN);
  return { entries, timeout: timeout >= 0 ? timeout : undefined };
}

const isName = (name: string): boolean => /^[A-Za-z_]/.test(name);

const named = (variables: Map<string, string>) => [...variables].filter(([name]) => isName(name));

const emptyContext = (
  variables: Map<string, string>,
  functions = new Map<string, GrubCommand[]>(),
  depth = 0,
): Context => ({ variables, functions, items: [], initrds: [], depth });

const environment = (path: string, { platform }: GrubHost): Record<string, string> => ({
  root: 'cd0',
  prefix: `(cd0)${dirname(path)}`,
  config_directory: `(cd0)${dirname(path)}`,
  config_file: `(cd0)${path}`,
  grub_platform: platform,
  grub_cpu: platform === 'efi' ? 'x86_64' : 'i386',
  feature_default_font_path: 'y',
  feature_all_video_module: 'y',
  feature_menuentry_id: 'y',
  feature_menuentry_options: 'y',
  feature_timeout_style: 'y',
  menuentry_id_option: '--id',
});

type Run = (args: string[], context: Context, around: { files: LoaderFiles; host: GrubHost }) => boolean;

const linux: Run = ([kernel, ...words], context) => {
  if (kernel !== undefined) context.linux = { kernel: inRoot(kernel), append: words.map(asWord).join(' ') };
  return true;
};

const initrd: Run = (args, context) => {
  context.initrds = args.filter((arg) => !arg.startsWith('-')).map(inRoot);
  return true;
};

const commands: Record<string, Run> = {
  linux,
  linux16: linux,
  linuxefi: linux,
  initrd,
  initrd16: initrd,
  initrdefi: initrd,
  '[': (args, _context, { files }) => grubTest(args.slice(0, args.lastIndexOf(']')), files),
  test: (args, _context, { files }) => grubTest(args, files),
  false: () => false,
  keystatus: () => false, // nobody is at the keyboard
  unset: ([name = ''], { variables }) => {
    variables.delete(name);
    return true;
  },
  probe: (args, { variables }, { host }) => {
    const to = optionOf(args, '--set', '-s');
    if (to && args.some((arg) => arg === '--label' || arg === '-l')) variables.set(to, host.label);
    return true;
  },
};

/** The value of an option, `--set=x` or `--set x`. */
function optionOf(args: readonly string[], ...names: string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (names.includes(arg)) return args[index + 1];
    const name = names.find((it) => arg.startsWith(`${it}=`));
    if (name) return arg.slice(name.length + 1);
  }
  return undefined;
}

/** As GRUB hands an argument with spaces to the kernel. */
const asWord = (word: string): string => (/\s/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word);

const valued = ['--class', '--users', '--hotkey', '--source', '--id'];

function titleAndId(args: readonly string[]): { title: string; id: string } {
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (valued.includes(arg)) at++;
    else if (!arg.startsWith('--')) rest.push(arg);
  }
  return { title: rest[0] ?? '', id: optionOf(args, '--id') ?? '' };
}
