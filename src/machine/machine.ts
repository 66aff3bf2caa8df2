import { existsSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { checkName, namePattern } from '../base/names.ts';
import { similar } from '../base/similar.ts';
import { fileOf } from './files.ts';
import type { Home } from './home.ts';

/** A machine's place: that it exists has been seen, nothing more. */
export interface Machine {
  name: string;
  directory: string;
  home: Home;
  /** Made by runit-vm, where that has been looked at. */
  runitVm?: boolean;
  /** Tells this machine.yaml from an earlier one, where it has been looked at. */
  stamp?: string;
}

/** The place of the machine of this name, be it there or not. @throws `name-invalid` */
export function placeOf(home: Home, name: string): Machine {
  return { name: checkName('a machine', name), directory: join(home.directory, name), home };
}

/** @throws `name-invalid`, `machine-not-found` */
export function findMachine(home: Home, name: string): Machine {
  const machine = machineAt(home, name);
  if (!machine) throw notFound(placeOf(home, name));
  return machine;
}

/** The same, or undefined where there is none. @throws `name-invalid` */
export function machineAt(home: Home, name: string): Machine | undefined {
  return seen(placeOf(home, name));
}

/** The machines of a home, by name. Hidden directories are what is being made or removed. */
export function listMachines(home: Home): Machine[] {
  return machineNames(home)
    .filter((name) => namePattern.test(name))
    .sort()
    .flatMap((name) => seen({ name, directory: `${home.directory}/${name}`, home }) ?? []);
}

/** All names in $VMDIR, hidden ones too; none where it is not there yet. @throws `directory-unusable` */
export function machineNames(home: Home): string[] {
  try {
    return readdirSync(home.directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw new VivariumError('directory-unusable', {
      path: home.directory,
      problem: (error as Error).message,
    });
  }
}

export function notFound(machine: Machine): VivariumError {
  const names = listMachines(machine.home).map(({ name }) => name);
  return new VivariumError('machine-not-found', {
    name: machine.name,
    similar: similar(machine.name, names),
  });
}

/** A directory with a spec; or with templates, as runit-vm makes them, but for the `default` of its own. */
function seen(place: Machine): Machine | undefined {
  const spec = look(fileOf(place, 'spec'));
  if (spec)
    return { ...place, runitVm: false, stamp: `${spec.ino} ${spec.size} ${spec.mtimeMs} ${spec.ctimeMs}` };
  const templates = place.name !== 'default' && existsSync(fileOf(place, 'templates'));
  // Whatever became of its files since: a QEMU that runs must be within reach.
  return templates || existsSync(fileOf(place, 'life')) ? { ...place, runitVm: true } : undefined;
}

/** Whether runit-vm made it. */
export function isRunitVm(machine: Machine): boolean {
  return machine.runitVm ?? !exists(fileOf(machine, 'spec'));
}

/** Whether there is something at the path, be it that we may not look at it. */
export function exists(path: string): boolean {
  return look(path) !== undefined;
}

type Look = Pick<Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>;

function look(path: string): Look | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') return undefined; // ELOOP and the like: nothing of ours
    return { ino: 0, size: 0, mtimeMs: 0, ctimeMs: 0 };
  }
}
