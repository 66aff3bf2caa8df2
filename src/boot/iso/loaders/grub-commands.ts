import type { GrubContext, GrubRun } from './grub-context.ts';
import { grubTest, inRoot } from './grub-test.ts';

/** @returns whether it succeeds */
type Command = (args: string[], context: GrubContext, run: GrubRun) => boolean;

const linux: Command = ([kernel, ...words], context) => {
  if (kernel !== undefined) context.linux = { kernel: inRoot(kernel), append: words.map(asWord).join(' ') };
  return true;
};

const initrd: Command = (args, context) => {
  context.initrds = args.filter((arg) => !arg.startsWith('-')).map(inRoot);
  return true;
};

/** GRUB's commands that matter for a menu; of all others it is taken that they succeed. */
export const grubCommands: Record<string, Command> = {
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

/** Options that a value follows. */
const valued = ['--class', '--users', '--hotkey', '--source', '--id'];

export function titleAndId(args: readonly string[]): { title: string; id: string } {
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (valued.includes(arg)) at++;
    else if (!arg.startsWith('--')) rest.push(arg);
  }
  return { title: rest[0] ?? '', id: optionOf(args, '--id') ?? '' };
}
