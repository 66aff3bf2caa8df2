import { readlinkSync, realpathSync, type Stats } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { type CpioEntry, kindOf } from '../cpio-entry.ts';
import { type ByteName, byteName, systemPath, textOf } from './byte-name.ts';
import { excluding } from './exclude.ts';
import { hardLinks, type Name } from './hard-links.ts';
import { type Found, scanTree } from './scan.ts';

export interface EntryOptions {
  /** Whose it becomes; root's if not said, its owner's of the host with `keep`. */
  owner?: 'root' | 'keep' | { uid: number; gid: number } | undefined;
  /** When it was changed: 1970 if not said, as the host has it, or so many seconds after 1970. */
  times?: 'zero' | 'keep' | number | undefined;
}

export interface TreeOptions extends EntryOptions {
  /** Where it is unpacked, `/` if not said; the directories that lead there are made. */
  at?: string;
  /** See `excluding`. */
  exclude?: readonly string[];
}

/**
 * The entries of a tree of the host; of a single file, which is at `at` then. Hard links stay links, and so do
 * symbolic ones, wherever they lead. The root directory itself is none of them.
 * @throws `file-missing` for what cannot be read, `interrupted`
 */
export function* treeEntries(scope: Scope, from: string, options: TreeOptions = {}): Generator<CpioEntry> {
  const { at = '/', exclude = [] } = options;
  const root = byteName(realPath(from));
  const place = byteName(at)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  for (let depth = 1; depth < place.length; depth++) {
    yield { kind: 'directory', path: textOf(place.slice(0, depth).join('/')).text, mode: 0o755 };
  }
  const found = scanTree(scope, root, exclude.length > 0 ? excluding(exclude) : undefined);
  const { nameOf } = hardLinks(root, found);
  for (const one of found) {
    const path = [...place, ...(one.path === '' ? [] : [one.path])].join('/');
    if (path !== '') yield entryOf({ root, found: one, path, name: nameOf(one) }, options);
  }
}

/** What a path leads to. @throws `file-missing` */
export function realPath(from: string): string {
  try {
    return realpathSync(from);
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file: from, what: 'The tree' }, { cause: error });
  }
}

export interface Source {
  /** The tree's root on the host, and what is in it. */
  root: ByteName;
  found: Found;
  /** In the archive. */
  path: ByteName;
  name?: Name | undefined;
}

const nothing = Buffer.alloc(0);

/** @throws `file-missing` */
export function entryOf({ root, found, path, name }: Source, options: EntryOptions): CpioEntry {
  const { stats } = found;
  const file = found.path === '' ? root : `${root}/${found.path}`;
  const { text, raw } = textOf(path);
  const mode = stats.mode & 0o7777;
  const named = {
    path: text,
    ...(raw && { rawPath: raw }),
    ...ownerOf(stats, options.owner),
    mtime: timeOf(stats, options.times),
  };
  const kind = kindOf(stats.mode);
  switch (kind) {
    case 'file': {
      const content = name && !name.last ? nothing : { file: systemPath(file), size: stats.size };
      return { ...named, kind, mode, content, ...(name && { hardLink: name.hardLink }) };
    }
    case 'symlink': {
      const target = textOf(targetOf(file));
      return { ...named, kind, target: target.text, ...(target.raw && { rawTarget: target.raw }) };
    }
    case 'character':
    case 'block':
      return { ...named, kind, mode, ...deviceOf(stats.rdev) };
    case undefined:
      throw new VivariumError('entry-unfit', { path: textOf(file).text, problem: 'nobody knows what it is' });
    default:
      return { ...named, kind, mode };
  }
}

function targetOf(link: ByteName): ByteName {
  try {
    return readlinkSync(systemPath(link), 'latin1');
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file: textOf(link).text, what: 'The link' }, { cause: error });
  }
}

function ownerOf({ uid, gid }: Stats, owner: EntryOptions['owner'] = 'root'): { uid: number; gid: number } {
  if (owner === 'keep') return { uid, gid };
  return owner === 'root' ? { uid: 0, gid: 0 } : { uid: owner.uid, gid: owner.gid };
}

/** Whole seconds of 32 bits, which is what an archive has room for. */
function timeOf({ mtimeMs }: Stats, times: EntryOptions['times'] = 'zero'): number {
  if (times === 'zero') return 0;
  const seconds = times === 'keep' ? Math.floor(mtimeMs / 1000) : times;
  return Math.min(Math.max(seconds, 0), 0xffffffff);
}

/** The halves of a device number as glibc joins them (makedev(3)). */
function deviceOf(rdev: number): { major: number; minor: number } {
  const number = BigInt(rdev);
  return {
    major: Number(((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n)),
    minor: Number((number & 0xffn) | ((number >> 12n) & 0xffffff00n)),
  };
}
