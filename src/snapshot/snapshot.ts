import { readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { checkName, namePattern } from '../base/names.ts';
import { diskUsage } from '../host/disk-usage.ts';
import { fileOf } from '../machine/files.ts';
import type { Home } from '../machine/home.ts';
import { keptLayersIn, usersOfLayers } from '../machine/kept.ts';
import { findMachine, listMachines, type Machine } from '../machine/machine.ts';
import { readSaved, type Saved } from '../machine/saved.ts';
import type { SnapshotView } from '../protocol/views.ts';

/** A snapshot's place. */
export interface Snapshot {
  machine: Machine;
  name: string;
  directory: string;
}

/** What a snapshot's directory holds beside the saved state (see ../machine/saved.ts). */
export const snapshotFiles = {
  /** What the machine was made of, machine.yaml first. */
  belongings: 'machine',
  /** A link to each frozen disk: `disk0.qcow2`. */
  disk: (number: number, layer: string) => `disk${number}${/\.[a-z0-9]+$/.exec(layer)?.[0] ?? ''}`,
};

/** `web@s1` in two, or `web` and what else was said. */
export function splitName(
  text: string,
  snapshot?: string,
): { machine: string; snapshot: string | undefined } {
  const [machine = '', at] = text.split('@');
  if (at !== undefined && snapshot !== undefined && at !== snapshot) {
    const problem = `is ${text}, and the snapshot ${snapshot} is named beside it`;
    throw new VivariumError('parameter-invalid', { operation: 'snapshot', parameter: 'NAME', problem });
  }
  return { machine, snapshot: at ?? snapshot };
}

/** The place of a snapshot, be it there or not. @throws `name-invalid` */
export function snapshotPlace(machine: Machine, name: string): Snapshot {
  return { machine, name, directory: join(fileOf(machine, 'snapshots'), checkName('a snapshot', name)) };
}

/** A machine's snapshots, the oldest first. */
export function snapshotsOf(machine: Machine): Snapshot[] {
  return namesIn(fileOf(machine, 'snapshots'))
    .map((name) => snapshotPlace(machine, name))
    .flatMap((snapshot) => {
      const it = statSync(snapshot.directory, { throwIfNoEntry: false });
      return it?.isDirectory() ? [{ snapshot, at: it.mtimeMs }] : [];
    })
    .sort((a, b) => a.at - b.at || a.snapshot.name.localeCompare(b.snapshot.name, 'en', { numeric: true }))
    .map(({ snapshot }) => snapshot);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => namePattern.test(name));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * A snapshot by its name, or the newest.
 * @param named `web@s1`, or `web`
 * @throws `machine-not-found`, `snapshot-not-found`
 */
export function findSnapshot(home: Home, named: string, snapshot: string | undefined): Snapshot {
  const { machine: name, snapshot: wanted } = splitName(named, snapshot);
  const machine = findMachine(home, name);
  const all = snapshotsOf(machine);
  const found = wanted === undefined ? all.at(-1) : all.find((it) => it.name === wanted);
  if (found) return found;
  const available = all.map((it) => it.name);
  throw new VivariumError('snapshot-not-found', { name, snapshot: wanted ?? 'at all', available });
}

/** What a snapshot is, and needs. @throws `snapshot-broken` */
export function readSnapshot({ machine, name, directory }: Snapshot): Saved {
  try {
    return readSaved(machine, directory);
  } catch (error) {
    if (!(error instanceof VivariumError)) throw error;
    const problem = error.message.replace(/\.$/, '');
    throw new VivariumError(
      'snapshot-broken',
      { name: machine.name, snapshot: name, problem },
      { cause: error },
    );
  }
}

/** Links the frozen disks into a snapshot's directory: that is how they are found to be in use. */
export function linkDisks(directory: string, disks: Saved['disks']): void {
  for (const { number, layer } of disks)
    symlinkSync(join('../../../.layers', layer), join(directory, snapshotFiles.disk(number, layer)));
}

/** Whose disks lie on a snapshot's: machines, but for its own, and what is being made. */
export function usersOf({ machine, directory }: Snapshot): string[] {
  return usersOfLayers(machine.home, keptLayersIn(directory), machine.name);
}

/** A snapshot as the list shows it. Never throws because of the snapshot. */
export function viewSnapshot(snapshot: Snapshot): SnapshotView {
  const { machine, name, directory } = snapshot;
  const base = { machine: machine.name, name, bytes: diskUsage(directory), usedBy: usersOf(snapshot) };
  try {
    const { made, memory, disks } = readSnapshot(snapshot);
    return { ...base, state: 'ready', made, memory, disks: disks.length };
  } catch (error) {
    return { ...base, state: 'broken', reason: (error as Error).message, disks: 0 };
  }
}

/** Of one machine, or of all. @throws `machine-not-found` */
export function listSnapshots(home: Home, name: string | undefined): SnapshotView[] {
  const machines = name === undefined ? listMachines(home) : [findMachine(home, name)];
  return machines.flatMap(snapshotsOf).map(viewSnapshot);
}
