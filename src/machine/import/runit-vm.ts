import { splitWords } from '../words.ts';
import { namesType, understand } from './runit-vm/options.ts';
import { type Found, quote, type Said, say } from './said.ts';

/** What lies in a directory that runit-vm has made. */
export interface RunitVm {
  name: string;
  templates: { name: string; text: string }[];
  /** The text of the file `wait`, where there is one. */
  wait: string | undefined;
  /** There is a file `down`, so that nothing starts the machine by itself. */
  down: boolean;
  hooks: boolean;
  /** `run` is somebody's own, and not runit-vm's. */
  ownRun: boolean;
}

export interface FoundRunitVm extends Found {
  /** The names of the templates that go on as they stand: what they say has no key, or a variable in it. */
  templates: string[];
}

/**
 * Reads a machine of runit-vm. A template of which every word has a meaning in machine.yaml becomes that; any other
 * stays. What QEMU had by default, because no template said otherwise, is said now. Pure.
 */
export function readRunitVm(vm: RunitVm): FoundRunitVm {
  const read = vm.templates.map(({ name, text }) => {
    const what = `templates/${name}: ${quote(text)}`;
    const words = wordsOf(text);
    const fixed = name !== 'once' && !/[$~`]/.test(text);
    const fates = fixed && words ? understand(words) : undefined;
    return { name, words: words ?? [], what, fates };
  });
  const templates = read.flatMap(({ name, fates }) => (fates ? [] : name));
  const said = read.flatMap(({ name, what, fates }) =>
    say({ what }, ...(fates ?? [{ as: `templates/${name}, as it stands` }])),
  );
  const words = read.flatMap((template) => template.words);
  return { name: vm.name, templates, said: [...said, ...defaults(words), ...beside(vm)] };
}

function wordsOf(text: string): string[] | undefined {
  let fault: string | undefined;
  try {
    return splitWords(text, {}, (_, problem) => {
      fault = problem;
      return new Error(problem);
    });
  } catch (error) {
    if (fault === undefined) throw error;
    return undefined;
  }
}

/** What QEMU has where nobody says otherwise, and machine.yaml would have otherwise. */
function defaults(words: readonly string[]): Said[] {
  const has = (...options: string[]) => words.some((word) => options.includes(word.replace(/^--/, '-')));
  const pc = !namesType(words);
  const card = pc ? 'e1000' : 'e1000e';
  return [
    ...say(
      { what: "QEMU's defaults" },
      pc && { key: 'machine', value: 'pc' },
      !has('-m') && { key: 'memory', value: '128M' },
      !has('-cpu') && { key: 'cpu', value: 'qemu64' },
      !has('-net', '-nic', '-netdev', '-nodefaults') && {
        key: 'networks',
        value: { mode: 'user', model: card },
      },
      !has('-display', '-nographic', '-vnc', '-curses', '-spice') && {
        why: 'no window is opened here: vm screenshot NAME shows the screen, and vm set NAME display=gtk opens a window',
      },
    ),
    ...say(
      { what: 'a machine of runit-vm comes back whenever it ends' },
      { key: 'restart', value: 'always' },
    ),
  ];
}

/** What lies beside the templates. */
function beside({ wait, down, hooks, ownRun }: RunitVm): Said[] {
  const seconds = wait?.trim() ?? '';
  const number = /^\d+$/.test(seconds);
  return [
    ...say(
      { what: `wait: ${quote(seconds)}` },
      number && { key: 'stopWait', value: `${seconds}s` },
      wait !== undefined && !number && { why: 'is no number of seconds: the guest has 60 to power off' },
    ),
    ...say({ what: 'no file down' }, !down && { key: 'autostart', value: true }),
    ...say({ what: 'hooks' }, hooks && { as: 'hooks, as it stands' }),
    ...say(
      { what: 'run' },
      ownRun && {
        why: 'machines have a run of their own; what it did before and after QEMU belongs into hooks',
      },
    ),
  ];
}
