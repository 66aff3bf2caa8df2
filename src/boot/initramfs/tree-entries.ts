import { readlinkSync, realpathSync } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { type CpioEntry, kindOf } from '../cpio-entry.ts';
import { type ByteName, byteName, systemPath, textOf } from './byte-name.ts';
import { excluding } from './exclude.ts';
import { hardLinks, type Names } from './hard-links.ts';
import { fieldOf, pathOf, type Scan, scanTree } from './scan.ts';

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
  const scan = scanTree(scope, root, exclude.length > 0 ? excluding(exclude) : undefined);
  const tree = { root, scan, links: hardLinks(root, scan) };
  for (let number = 0; number < scan.count; number++) {
    const below = pathOf(scan, number);
    const path = [...place, ...(below === '' ? [] : [below])].join('/');
    if (path !== '') yield entryOf(tree, number, path, options);
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

/** A tree of the host that has been looked at. */
export interface ScannedTree {
  root: ByteName;
  scan: Scan;
  links: ReadonlyMap<number, Names>;
}

const nothing = Buffer.alloc(0);

/**
 * The entry of what has a number in a tree.
 * @param path in the archive
 * @throws `file-missing`, `entry-unfit`
 */
export function entryOf(
  { root, scan, links }: ScannedTree,
  number: number,
  path: ByteName,
  options: EntryOptions,
): CpioEntry {
  const below = pathOf(scan, number);
  const file = below === '' ? root : `${root}/${below}`;
  const { text, raw } = textOf(path);
  const fullMode = fieldOf(scan, number, 'mode');
  const mode = fullMode & 0o7777;
  const named = {
    path: text,
    ...(raw && { rawPath: raw }),
    ...ownerOf(scan, number, options.owner),
    mtime: timeOf(scan, number, options.times),
  };
  const kind = kindOf(fullMode);
  switch (kind) {
    case 'file': {
      const hardLink = links.get(number);
      const host = { file: systemPath(file), size: fieldOf(scan, number, 'size') };
      const content = hardLink && hardLink.last !== number ? nothing : host;
      return { ...named, kind, mode, content, ...(hardLink && { hardLink }) };
    }
    case 'symlink': {
      const target = textOf(targetOf(file));
      return { ...named, kind, target: target.text, ...(target.raw && { rawTarget: target.raw }) };
    }
    case 'character':
    case 'block':
      return { ...named, kind, mode, ...deviceOf(fieldOf(scan, number, 'rdev')) };
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

function ownerOf(
  scan: Scan,
  number: number,
  owner: EntryOptions['owner'] = 'root',
): { uid: number; gid: number } {
  if (owner === 'root') return { uid: 0, gid: 0 };
  if (owner !== 'keep') return { uid: owner.uid, gid: owner.gid };
  return { uid: fieldOf(scan, number, 'uid'), gid: fieldOf(scan, number, 'gid') };
}

/** Whole seconds of 32 bits, which is what an archive has room for. */
function timeOf(scan: Scan, number: number, times: EntryOptions['times'] = 'zero'): number {
  if (times === 'zero') return 0;
  const seconds = times === 'keep' ? Math.floor(fieldOf(scan, number, 'mtimeMs') / 1000) : times;
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
