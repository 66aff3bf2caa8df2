import { readFileSync, statSync } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { CpioEntry, HardLink } from '../cpio-entry.ts';

/** What a line of the list says, and where it stands. */
export interface Listed {
  line: number;
  entries: CpioEntry[];
}

/**
 * Reads a list of what a tree cannot hold without root: devices and owners. Its format is that of gen_init_cpio,
 * with which kernels are built (usr/gen_init_cpio.c of Linux): a line each,
 *
 *     file NAME LOCATION MODE UID GID [HARD LINK…]     nod NAME MODE UID GID b|c MAJOR MINOR
 *     dir NAME MODE UID GID                            slink NAME TARGET MODE UID GID
 *     pipe NAME MODE UID GID                           sock NAME MODE UID GID
 *
 * @param env what \${NAME} in a LOCATION stands for
 * @param mtime seconds since 1970, of all that is listed
 * @throws `file-missing`; `devices-invalid` with the line
 */
export function readDeviceList(file: string, env: NodeJS.ProcessEnv, mtime: number): Listed[] {
  return textOf(file)
    .split('\n')
    .flatMap((text, index) => {
      const words = text.trim().split(/\s+/);
      if (text.trim() === '' || text.trim().startsWith('#')) return [];
      const line = index + 1;
      const fail = (problem: string) => new VivariumError('devices-invalid', { file, line, problem });
      return [{ line, entries: entriesOf(words, env, fail).map((entry) => ({ ...entry, mtime })) }];
    });
}

type Fail = (problem: string) => Error;

/** Of each type the words behind it that are not optional. */
const forms: Record<string, string> = {
  file: 'NAME LOCATION MODE UID GID [HARD LINK…]',
  dir: 'NAME MODE UID GID',
  nod: 'NAME MODE UID GID b|c MAJOR MINOR',
  slink: 'NAME TARGET MODE UID GID',
  pipe: 'NAME MODE UID GID',
  sock: 'NAME MODE UID GID',
};

const kinds = { dir: 'directory', pipe: 'fifo', sock: 'socket' } as const;

function entriesOf([type = '', ...words]: string[], env: NodeJS.ProcessEnv, fail: Fail): CpioEntry[] {
  const form = Object.hasOwn(forms, type) ? forms[type] : undefined;
  if (!form) throw fail(`${JSON.stringify(type)} is none of ${Object.keys(forms).join(', ')}`);
  const count = form.replace(/ \[.*/, '').split(' ').length;
  if (words.length < count || (words.length > count && type !== 'file'))
    throw fail(`it must be ${type} ${form}`);
  const number = (word = '', what: string, base = 10) => {
    const value = (base === 8 ? /^[0-7]+$/ : /^\d+$/).test(word) ? Number.parseInt(word, base) : Number.NaN;
    if (!(value <= (base === 8 ? 0o7777 : 0xffffffff))) throw fail(`${JSON.stringify(word)} is no ${what}`);
    return value;
  };
  const path = pathOf(words[0], fail);
  const more = type === 'file' || type === 'slink' ? words.slice(2) : words.slice(1);
  const mode = number(more[0], 'mode', 8);
  const owner = { uid: number(more[1], 'user'), gid: number(more[2], 'group') };
  switch (type) {
    case 'file': {
      const names = [path, ...words.slice(count).map((word) => pathOf(word, fail))];
      const content = { file: locationOf(words[1] ?? '', env, fail) };
      const hardLink: HardLink = { count: names.length };
      return names.map((path, index) => ({
        ...{ kind: 'file', path, mode, ...owner },
        content: index === names.length - 1 ? content : Buffer.alloc(0),
        ...(names.length > 1 && { hardLink }),
      }));
    }
    case 'nod': {
      const kind = { b: 'block', c: 'character' }[more[3] ?? ''] as 'block' | 'character' | undefined;
      if (!kind) throw fail(`${JSON.stringify(more[3])} is no type of device: b or c`);
      return [
        { kind, path, mode, ...owner, major: number(more[4], 'number'), minor: number(more[5], 'number') },
      ];
    }
    case 'slink':
      return [{ kind: 'symlink', path, target: words[1] ?? '', ...owner }];
    default:
      return [{ kind: kinds[type as keyof typeof kinds], path, mode, ...owner }];
  }
}

function pathOf(word = '', fail: Fail): string {
  const parts = word.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..'))
    throw fail(`${JSON.stringify(word)} is no name in an archive`);
  return parts.join('/');
}

/** The file of the host, seen from where vm was called. */
function locationOf(word: string, env: NodeJS.ProcessEnv, fail: Fail): string {
  const location = word.replace(/\$\{(\w+)\}/g, (variable, name: string) => {
    const value = env[name];
    if (value === undefined) throw fail(`${variable} is not set`);
    return value;
  });
  if (!statSync(location, { throwIfNoEntry: false })?.isFile()) throw fail(`there is no file ${location}`);
  return location;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file, what: 'The list of devices' }, { cause: error });
  }
}
