import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import type { CpioEntry } from '../cpio-entry.ts';
import { type ByteName, byteName, textOf } from './byte-name.ts';
import { type Listed, readDeviceList } from './device-list.ts';
import { excluding } from './exclude.ts';
import { type HardLinks, hardLinks } from './hard-links.ts';
import { listedEntries } from './listed-entries.ts';
import { type Excluded, type Found, type OldScan, scanTree } from './scan.ts';
import { type EntryOptions, entryOf, realPath } from './tree-entries.ts';

/** What is to be packed. */
export interface TreeRequest extends EntryOptions {
  tree: string;
  /** See `excluding`. */
  exclude: readonly string[];
  /** A list of devices and owners, see `readDeviceList`. */
  devices?: string | undefined;
  env: NodeJS.ProcessEnv;
}

/** A tree, and what is to be done with it. */
export interface Tree {
  /** Absolute, without links. */
  root: string;
  /** A digest of all that decides what it is packed to, but for the tree itself. */
  digest: string;
  /** @throws what `scanTree` throws; `entry-unfit`, `devices-invalid` */
  look(scope: Scope, excluded?: Excluded, old?: OldScan): Packable;
}

/** A tree that has been looked at. */
export interface Packable {
  found: Found[];
  links: HardLinks;
  /** How many entries it has in an archive. */
  count: number;
  all(): Generator<CpioEntry>;
  /** Of all that was found, some. */
  some(found: readonly Found[]): Generator<CpioEntry>;
}

/** @throws `file-missing`, `parameter-invalid`, `devices-invalid` */
export function openTree(request: TreeRequest): Tree {
  const { tree, exclude, devices, env, owner, times } = request;
  const root = realPath(tree);
  if (!statSync(root).isDirectory()) {
    const problem = `must be a directory, and ${tree} is none`;
    throw new VivariumError('parameter-invalid', { operation: 'pack', parameter: 'DIR', problem });
  }
  const listed =
    devices === undefined ? [] : readDeviceList(devices, env, typeof times === 'number' ? times : 0);
  const options = [root, exclude, owner, times, listed, listed.map(looks)];
  return {
    root,
    digest: createHash('sha256').update(JSON.stringify(options)).digest('hex'),
    look: (scope, excluded, old) => look(scope, byteName(root), { request, listed, excluded, old }),
  };
}

/** What changes when a file that is listed does. */
function looks({ entries }: Listed): unknown[] {
  return entries.map((entry) => {
    if (entry.kind !== 'file' || !('file' in entry.content)) return [];
    const { ino, size, mtimeMs, ctimeMs } = statSync(entry.content.file);
    return [ino, size, mtimeMs, ctimeMs];
  });
}

interface Looking {
  request: TreeRequest;
  listed: readonly Listed[];
  excluded: Excluded | undefined;
  old: OldScan | undefined;
}

function look(scope: Scope, root: ByteName, { request, listed, excluded, old }: Looking): Packable {
  const inPlace = listedEntries(request.devices ?? '', listed);
  const without = [
    excluded,
    request.exclude.length > 0 ? excluding(request.exclude) : undefined,
    listed.length > 0 ? inPlace.excluded : undefined,
  ].filter((it) => it !== undefined);
  const isOut: Excluded = (path, directory) => without.some((it) => it(path, directory));
  const found = scanTree(scope, root, without.length > 0 ? isOut : undefined, old);
  for (const { path, stats } of found) {
    if (stats.size <= 0xffffffff || !stats.isFile()) continue;
    const file = textOf(`${root}/${path}`).text;
    throw new VivariumError('entry-unfit', { path: file, problem: 'it has 4 GiB or more' });
  }
  const links = hardLinks(root, found);
  const added = listed.length === 0 ? [] : [...inPlace.added(new Set(found.map(({ path }) => path)))];
  function* some(chosen: readonly Found[]): Generator<CpioEntry> {
    for (const one of chosen) {
      const { path } = one;
      if (path === '') continue; // the kernel has made it by then
      yield inPlace.directory(path) ?? entryOf({ root, found: one, path, name: links.nameOf(one) }, request);
    }
  }
  return {
    found,
    links,
    count: found.length - 1 + added.length,
    some,
    *all() {
      yield* some(found);
      yield* added;
    },
  };
}
