import { own } from '../../../base/own.ts';
import type { LoaderFiles } from './menu.ts';

/** Whether GRUB's `[ … ]` or `test …` holds, of the words between. Source: grub-core/commands/test.c. */
export function grubTest(words: readonly string[], files: LoaderFiles): boolean {
  let at = 0;

  const either = (): boolean => {
    let holds = both();
    while (words[at] === '-o') {
      at++;
      holds = both() || holds;
    }
    return holds;
  };

  const both = (): boolean => {
    let holds = one();
    while (at < words.length && words[at] !== '-o' && words[at] !== ')') {
      if (words[at] === '-a') at++;
      holds = one() && holds;
    }
    return holds;
  };

  const one = (): boolean => {
    const [first = '', operator = '', second] = words.slice(at, at + 3);
    const compared = second === undefined ? undefined : compare(first, operator, second);
    if (compared !== undefined) {
      at += 3;
      return compared;
    }
    at++;
    if (first === '!') return at < words.length ? !one() : true;
    if (first === '(') {
      const holds = either();
      at++;
      return holds;
    }
    const look = own(looks, first);
    if (!look || words[at] === undefined) return first !== '';
    return look(words[at++] as string, files);
  };

  return words.length > 0 && either();
}

const looks: Record<string, (word: string, files: LoaderFiles) => boolean> = {
  '-n': (word) => word !== '',
  '-z': (word) => word === '',
  '-f': (path, files) => files.hasFile(inRoot(path)),
  '-s': (path, files) => files.hasFile(inRoot(path)),
  '-d': (path, files) => files.hasDirectory(inRoot(path)),
  '-e': (path, files) => files.hasFile(inRoot(path)) || files.hasDirectory(inRoot(path)),
};

/** The path of a file without the device before it: `($root)/boot/x` is `/boot/x`. */
export function inRoot(path: string): string {
  return path.replace(/^\([^)]*\)/, '').replace(/^(?!\/)/, '/');
}

function compare(a: string, operator: string, b: string): boolean | undefined {
  switch (operator) {
    case '=':
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '-eq':
      return Number(a) === Number(b);
    case '-ne':
      return Number(a) !== Number(b);
    case '-lt':
      return Number(a) < Number(b);
    case '-le':
      return Number(a) <= Number(b);
    case '-gt':
      return Number(a) > Number(b);
    case '-ge':
      return Number(a) >= Number(b);
    default:
      return undefined;
  }
}
