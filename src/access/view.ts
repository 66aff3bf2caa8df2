import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { checkName, namePattern } from '../base/names.ts';
import { similar } from '../base/similar.ts';
import { listImages } from '../image/store.ts';
import { fileOf } from '../machine/files.ts';
import type { Home } from '../machine/home.ts';
import { listMachines } from '../machine/machine.ts';
import { type Grant, seesImage, seesMachine } from './grant.ts';
import { type Veil, veilFor } from './host-paths.ts';

/** What there is for somebody: machines and images that are not theirs do not exist, nor do files of the host. */
export interface View {
  home: Home;
  grant: Grant;
  veil: Veil;
  machine(name: string): boolean;
  image(name: string): boolean;
}

export function viewFor(home: Home, grant: Grant): View {
  return {
    home,
    grant,
    veil: veilFor(home),
    machine: (name) => seesMachine(grant, name) && !isWarm(home, name),
    image: (name) => seesImage(grant, name),
  };
}

/** What is kept for launches is the administrator's: whoever could change it would change what others launch. */
const isWarm = ({ directory }: Home, name: string): boolean =>
  namePattern.test(name) && existsSync(fileOf({ directory: join(directory, name) }, 'warm'));

/** @throws `name-invalid`; `machine-not-found` where it is not theirs, be it there or not: nothing is looked at */
export function requireMachine(view: View, name: string): void {
  if (!view.machine(checkName('a machine', name))) throw machineNotFound(view, name);
}

/** @throws `name-invalid`, `image-not-found` */
export function requireImage(view: View, name: string): void {
  if (!view.image(checkName('an image', name))) throw imageNotFound(view, name);
}

export function machineNotFound(view: View, name: string): VivariumError {
  const known = listMachines(view.home).map((it) => it.name);
  return new VivariumError('machine-not-found', { name, similar: similar(name, known.filter(view.machine)) });
}

export function imageNotFound(view: View, name: string): VivariumError {
  const known = listImages(view.home.directory).map((it) => it.name);
  return new VivariumError('image-not-found', { name, available: known.filter(view.image) });
}
