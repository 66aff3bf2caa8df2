import { lstatSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import { lock } from '../host/lock.ts';
import { fileOf } from './files.ts';
import type { Home } from './home.ts';
import { disksIn, entries, filesIn, layersNeeded, linkedLayer } from './layers.ts';
import type { Machine } from './machine.ts';

/** The frozen disks that a machine's snapshots hold. */
export function keptLayers(machine: Machine): string[] {
  return snapshotDirectories(machine).flatMap(keptLayersIn);
}

/** Those of one snapshot. */
export function keptLayersIn(directory: string): string[] {
  return filesIn(directory).flatMap((file) => linkedLayer(file) ?? []);
}

/** Whose disks lie on layers: machines but for `owner`, their snapshots as MACHINE@SNAPSHOT, and what is being made. */
export function usersOfLayers(home: Home, layers: readonly string[], owner: string): string[] {
  if (layers.length === 0) return [];
  const users = disksIn(home)
    .filter((disk) => disk.owner !== owner)
    .filter((disk) => layersNeeded(home, disk).some((layer) => layers.includes(layer)))
    .map(({ owner, snapshot }) => (snapshot === undefined ? owner : `${owner}@${snapshot}`));
  return [...new Set(users)].sort();
}

/**
 * Keeps everybody from forking a machine's snapshots, until it is disposed of.
 * @throws `machine-busy` where somebody does so now and does not come to an end
 */
export async function lockKept(machine: Machine): Promise<Disposable> {
  using held = new DisposableStack();
  for (const directory of snapshotDirectories(machine)) held.use(await lockSnapshot(machine, directory));
  return held.move();
}

/** The same of one of them. */
export async function lockSnapshot({ name }: Machine, directory: string): Promise<Disposable> {
  const held = await lock(directory, { wait: 10_000 }); // whoever makes forks of it holds it meanwhile
  if (!held) throw new VivariumError('machine-busy', { name, by: 'somebody who forks its snapshot' });
  return held;
}

function snapshotDirectories(machine: Machine): string[] {
  const all = fileOf(machine, 'snapshots');
  return entries(all)
    .map((name) => `${all}/${name}`)
    .filter((path) => lstatSync(path).isDirectory());
}
