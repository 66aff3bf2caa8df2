import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { type CpioEntry, typeBits } from '../cpio-entry.ts';
import { type ByteName, byteName, textOf } from './byte-name.ts';
import { type Listed, readDeviceList } from './device-list.ts';
import { excluding } from './exclude.ts';
import { hardLinks } from './hard-links.ts';
import { listedEntries } from './listed-entries.ts';
import { type Excluded, fieldOf, type OldScan, pathOf, type Scan, scanTree, typeOf } from './scan.ts';
import { type EntryOptions, entryOf, realPath, type ScannedTree } from './tree-entries.ts';

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
export interface Packable extends ScannedTree {
  /** How many entries it has in an archive. */
  count: number;
  all(): Generator<CpioEntry>;
  /** Those of some things in it, by their numbers. */
  some(numbers: Iterable<number>): Generator<CpioEntry>;
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
  const scan = scanTree(scope, root, without.length > 0 ? isOut : undefined, old);
  checkSizes(root, scan);
  const tree = { root, scan, links: hardLinks(root, scan) };
  const added =
    listed.length === 0
      ? []
      : [...inPlace.added(new Set(numbersOf(scan).map((number) => pathOf(scan, number))))];
  function* some(numbers: Iterable<number>): Generator<CpioEntry> {
    for (const number of numbers) {
      const path = pathOf(scan, number);
      yield inPlace.directory(path) ?? entryOf(tree, number, path, request);
    }
  }
  return {
    ...tree,
    count: scan.count - 1 + added.length,
    some,
    *all() {
      yield* some(numbersOf(scan));
      yield* added;
    },
  };
}

/** All but the root, which the kernel has made by then. */
const numbersOf = ({ count }: Scan): number[] => Array.from({ length: count - 1 }, (_, index) => index + 1);

function checkSizes(root: ByteName, scan: Scan): void {
  for (const number of numbersOf(scan)) {
    if (fieldOf(scan, number, 'size') <= 0xffffffff || typeOf(scan, number) !== typeBits.file) continue;
    const path = textOf(`${root}/${pathOf(scan, number)}`).text;
    throw new VivariumError('entry-unfit', { path, problem: 'it has 4 GiB or more' });
  }
}
