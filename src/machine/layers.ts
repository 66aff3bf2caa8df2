import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { lock } from '../host/lock.ts';
import { isSameFile } from '../host/same-file.ts';
import { readQcow2 } from '../qemu/qcow2.ts';
import { machineFiles } from './files.ts';
import type { Home } from './home.ts';

/**
 * Where the disks lie that others lie on: frozen ones, and those that are being written to and will be frozen one
 * day, which are one file with a disk in their machine's directory. A disk names the one below it as a directory
 * beside it sees it, so that it can be frozen, moved and shared without being written to.
 */
const layersDirectory = '.layers';

export const layersOf = (home: Home): string => join(home.directory, layersDirectory);

/** A layer as every machine's directory, and every other layer, sees it. */
export const layerReference = (layer: string): string => join('..', layersDirectory, layer);

/** A name that no layer has. */
export function newLayer(extension: string): string {
  return `${randomBytes(8).toString('hex')}${extension}`;
}

/** The name under which a machine's disk is a layer already, or gets to be one by this. */
export function asLayer(home: Home, disk: string): string {
  const directory = layersOf(home);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const known = readdirSync(directory).find((name) => isSameFile(join(directory, name), disk));
  if (known !== undefined) return known;
  const name = newLayer(/\.[a-z0-9]+$/.exec(disk)?.[0] ?? '');
  linkSync(disk, join(directory, name));
  return name;
}

/** The layers below a disk, the nearest first, by what the headers say. */
export function layersBelow(home: Home, disk: string): string[] {
  const found: string[] = [];
  for (let at = disk; existsSync(at); ) {
    const below = belowDisk(home, at);
    if (below === undefined || dirname(below) !== layersOf(home)) return found;
    const name = basename(below);
    if (found.includes(name)) return found;
    found.push(name);
    at = below;
  }
  return found;
}

/**
 * The file that a disk lies on, by what its header says. Layers are where they are, from wherever a disk is looked at:
 * one that waits in `pending` names them as it will see them from its place.
 */
export function belowDisk(home: Home, disk: string): string | undefined {
  const backing = readQcow2(disk)?.backing;
  if (backing === undefined) return undefined;
  const path = resolve(dirname(disk), backing);
  return basename(dirname(path)) === layersDirectory ? join(layersOf(home), basename(path)) : path;
}

/** A disk, or a snapshot's link to one, in a directory of the home: whose it is, and where it lies. */
export interface DiskPlace {
  /** The machine's name; of what is being made or removed, its hidden one. */
  owner: string;
  /** The snapshot's name, where it is one's. */
  snapshot?: string;
  path: string;
}

/** What may be a disk in the home: each file or link there that is one of a machine, of its snapshots, or half made. */
export function disksIn(home: Home): DiskPlace[] {
  return entries(home.directory)
    .filter((name) => name !== layersDirectory && !name.startsWith('.images'))
    .flatMap((owner) => {
      const directory = join(home.directory, owner);
      const own = [directory, join(directory, machineFiles.pending)].flatMap(filesIn);
      const snapshots = join(directory, machineFiles.snapshots);
      return [
        ...own.map((path) => ({ owner, path })),
        ...entries(snapshots).flatMap((snapshot) =>
          filesIn(join(snapshots, snapshot)).map((path) => ({ owner, snapshot, path })),
        ),
      ];
    });
}

/** The layers that a disk needs: what lies below it and, where it is a snapshot's link, the layer itself. */
export function layersNeeded(home: Home, { path }: Pick<DiskPlace, 'path'>): string[] {
  try {
    const layer = linkedLayer(path);
    if (layer !== undefined) return [layer, ...layersBelow(home, join(layersOf(home), layer))];
    return lstatSync(path).isFile() ? layersBelow(home, path) : [];
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes(errnoOf(error) ?? '')) return []; // it went meanwhile, or is none of ours
    throw error;
  }
}

/** The layer that a link of a snapshot leads to. */
export function linkedLayer(link: string): string | undefined {
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
  const path = resolve(realpathSync(dirname(link)), readlinkSync(link));
  return basename(dirname(path)) === layersDirectory ? basename(path) : undefined;
}

/**
 * Does something by which disks may lose those who need them, and removes the layers that nobody needs any more.
 * One at a time: what is needed is looked up in many places, of which none may be given up meanwhile.
 * @throws `machine-busy` where another does not come to an end, and what `act` throws
 */
export async function freeingLayers<T>(home: Home, act: () => Promise<T>): Promise<T> {
  const directory = layersOf(home);
  if (!existsSync(directory)) return await act();
  using held = await lock(directory, { wait: 60_000 });
  if (!held)
    throw new VivariumError('machine-busy', { name: directory, by: 'another command that frees disks' });
  using _ = mark(home);
  const result = await act();
  freeLayers(home);
  return result;
}

/** What tells others (see sweep.ts) that layers are left to be freed, should this process be killed before. */
function mark(home: Home): Disposable {
  const path = temporaryName(join(home.directory, 'freeing'));
  try {
    writeFileSync(path, '');
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error; // room is about to be made
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

function freeLayers(home: Home): void {
  for (const name of unneededLayers(home)) rmSync(join(layersOf(home), name), { force: true });
}

/** The layers that nobody needs at this moment: nobody's disk, below nobody's, kept by no snapshot. */
export function unneededLayers(home: Home): string[] {
  const directory = layersOf(home);
  // Looked at first: a layer that has no other name by now has had its users for as long.
  const alone = entries(directory).filter(
    (name) => statSync(join(directory, name), { throwIfNoEntry: false })?.nlink === 1,
  );
  if (alone.length === 0) return [];
  const needed = new Set(disksIn(home).flatMap((disk) => layersNeeded(home, disk)));
  return alone.filter((name) => !needed.has(name));
}

/** The names in a directory; none where it is none, or not to be read. */
export function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}

/** What may be a disk in a directory. By their names: a machine has few files that could be a disk, and a FIFO must not be opened. */
export function filesIn(directory: string): string[] {
  return entries(directory)
    .filter((name) => !notDisks.has(name))
    .map((name) => join(directory, name))
    .filter((path) => {
      const it = lstatSync(path, { throwIfNoEntry: false });
      return it?.isFile() || it?.isSymbolicLink();
    });
}

const notDisks = new Set<string>([
  'state',
  'memory',
  'saved.json',
  machineFiles.spec,
  'run',
  'finish',
  'wait',
  'down',
]);
