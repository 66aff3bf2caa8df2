import { basename } from 'node:path/posix';
import type { Menu, MenuEntry } from './menu.ts';

/**
 * The menu of systemd-boot.
 * Source: the Boot Loader Specification, type #1 entries, and loader.conf(5).
 * @param entries the texts of `loader/entries/*.conf` by their paths
 * @param configuration the text of `loader/loader.conf`
 */
export function systemdBootMenu(entries: ReadonlyMap<string, string>, configuration = ''): Menu {
  const settings = settingsOf(configuration);
  const pattern = settings.get('default')?.at(-1) ?? '';
  const names = [...entries.keys()].sort();
  const name = (path: string) => basename(path, '.conf');
  const chosen =
    names.find((path) => matches(basename(path), pattern) || matches(name(path), pattern)) ?? names[0];
  const found = names.flatMap((path) => entryOf(entries.get(path) as string, name(path), path === chosen));
  const timeout = settings.get('timeout')?.at(-1) ?? '0';
  return { entries: found, timeout: /^\d+$/.test(timeout) ? Number(timeout) : undefined };
}

function entryOf(text: string, name: string, isDefault: boolean): MenuEntry[] {
  const settings = settingsOf(text);
  const last = (key: string) => settings.get(key)?.at(-1);
  const kernel = last('linux');
  if (kernel === undefined) return []; // of another kind: efi, uki
  return [
    {
      title: last('title') ?? name,
      kernel: rooted(kernel),
      initrds: (settings.get('initrd') ?? []).map(rooted),
      append: (settings.get('options') ?? []).join(' '),
      default: isDefault,
    },
  ];
}

/** Every value of every key. */
function settingsOf(text: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*([^#\s]\S*)\s+(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    settings.set(key.toLowerCase(), [...(settings.get(key.toLowerCase()) ?? []), value]);
  }
  return settings;
}

/** Whether a name is what a pattern with `*` in it says. */
function matches(name: string, pattern: string): boolean {
  const [start = '', ...parts] = pattern.split('*');
  if (!name.startsWith(start)) return false;
  let at = start.length;
  for (const [index, part] of parts.entries()) {
    at = index === parts.length - 1 ? name.lastIndexOf(part) : name.indexOf(part, at);
    if (at < start.length) return false;
    at += part.length;
  }
  return at === name.length;
}

const rooted = (path: string): string => path.replaceAll('\\', '/').replace(/^\/*/, '/');
