import { dirname, resolve } from 'node:path/posix';
import { own } from '../../../base/own.ts';
import { deepest, type LoaderFiles, type Menu, type MenuEntry, mostEntries } from './menu.ts';

/** Configurations that are read, those that are read again included. */
const mostFiles = 200;

/** What stands under a LABEL. */
interface Label {
  name: string;
  title: string;
  kernel?: string;
  initrds: string[];
  append?: string;
  preferred: boolean;
  /** A configuration that it goes on with instead of booting. */
  config?: string;
}

/**
 * The menu of isolinux, or any other of the syslinux family, for the configuration at `path`. Names are looked up
 * from the directory of that file, as the loader does.
 * Source: doc/syslinux.txt and doc/menu.txt of syslinux.
 */
export function isolinuxMenu(files: LoaderFiles, path: string): Menu {
  let left = mostFiles;
  const text = (name: string) => (left-- > 0 ? files.text(name) : undefined);
  return menuOf({ ...files, text }, path, 0);
}

function menuOf(files: LoaderFiles, path: string, depth: number): Menu {
  const home = dirname(path);
  const labels: Label[] = [];
  const globals = new Map<string, string>();
  let label: Label | undefined;
  let help = false;

  const read = (file: string, level: number): void => {
    for (const line of (files.text(file) ?? '').split(/\r?\n/)) {
      const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
      const key = word.toLowerCase();
      if (help) help = key !== 'endtext';
      else if (key === 'text') help = true;
      else if (key === 'include' || (key === 'menu' && /^include\s/i.test(rest))) {
        const name = key === 'include' ? rest : rest.replace(/^include\s+/i, '');
        // A menu's own include may be followed by the title of a submenu.
        if (level < deepest) read(resolve(home, name.split(/\s+/)[0] as string), level + 1);
      } else if (key === 'label') {
        if (labels.length >= mostEntries) return;
        label = { name: rest, title: rest, initrds: [], preferred: false };
        labels.push(label);
      } else take(key, rest);
    }
  };

  const take = (key: string, rest: string): void => {
    if (key === 'menu') menuWord(rest);
    else if (label && own(settings, key)) own(settings, key)?.(label, rest);
    else if (key !== '') globals.set(key, rest);
  };

  const menuWord = (rest: string): void => {
    const [, word = '', value = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
    if (word.toLowerCase() === 'end' || word.toLowerCase() === 'begin') label = undefined;
    else if (word.toLowerCase() === 'label' && label) label.title = value.replace('^', '');
    else if (word.toLowerCase() === 'default' && label) label.preferred = true;
  };

  read(path, 0);
  const entries: MenuEntry[] = [];
  const chosen =
    labels.find(({ preferred }) => preferred) ??
    labels.find(({ name }) => [globals.get('ontimeout'), globals.get('default')].includes(name)) ??
    labels[0];
  // What is chosen may be a program that goes on with the configuration of another label, such as whichsys.c32.
  const elsewhere = chosen?.kernel === undefined;
  const further: Menu[] = [];
  for (const it of labels) {
    if (it.config !== undefined && depth < deepest) {
      const below = menuOf(files, resolve(home, it.config), depth + 1);
      const preferred = elsewhere || it === chosen;
      if (preferred) further.push(below);
      entries.push(...below.entries.map((entry) => ({ ...entry, default: preferred && entry.default })));
    } else if (it.kernel !== undefined) {
      entries.push(entryOf(it, it.kernel, home, globals.get('append'), it === chosen));
    }
  }
  const timeout = further.length > 0 ? further[0]?.timeout : timeoutOf(globals, labels);
  return { entries: entries.slice(0, mostEntries), timeout };
}

const settings: Record<string, (label: Label, rest: string) => void> = {
  kernel: command,
  linux: command,
  initrd: (label, rest) => {
    label.initrds = rest.split(',');
  },
  append: (label, rest) => {
    label.append = rest;
  },
  config: (label, rest) => {
    label.config = rest.split(/\s+/)[0] as string;
  },
};

/** A kernel, perhaps with arguments behind it. */
function command(label: Label, rest: string): void {
  const [kernel = '', ...words] = rest.split(/\s+/);
  label.kernel = kernel;
  if (words.length > 0) label.append ??= words.join(' ');
}

function entryOf(
  label: Label,
  kernel: string,
  home: string,
  common: string | undefined,
  isDefault: boolean,
): MenuEntry {
  const words = (label.append ?? common ?? '').split(/\s+/).filter((word) => word !== '' && word !== '-');
  const named = words.findLast((word) => word.startsWith('initrd='))?.slice('initrd='.length);
  const initrds = label.initrds.length > 0 ? label.initrds : (named?.split(',') ?? []);
  return {
    title: label.title,
    kernel: resolve(home, kernel),
    initrds: initrds.map((name) => resolve(home, name.trim())),
    append: words.filter((word) => !word.startsWith('initrd=')).join(' '),
    default: isDefault,
  };
}

/** Seconds; the file has tenths of them. Without a menu and a prompt, nobody is waited for. */
function timeoutOf(globals: ReadonlyMap<string, string>, labels: readonly Label[]): number | undefined {
  const tenths = Number(globals.get('timeout') ?? 0) || Number(globals.get('totaltimeout') ?? 0);
  if (tenths > 0) return tenths / 10;
  const direct = labels.some(({ name }) => name === globals.get('default'));
  return direct && !globals.has('ui') && (globals.get('prompt') ?? '0') === '0' ? 0 : undefined;
}
