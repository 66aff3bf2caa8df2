import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { syncDirectory, temporaryName, writeFileAtomic } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import { type Image, readImage } from '../image/store.ts';
import { fileOf } from './files.ts';
import { ensureHome, type Home } from './home.ts';
import { exists, type Machine, placeOf } from './machine.ts';
import { serviceSettings, writeScripts } from './scripts.ts';
import { parseSpec, specName } from './spec-file.ts';
import { sweep } from './sweep.ts';

/** The place of a machine that is not there yet. @throws `name-invalid`, `machine-exists` */
export function newPlace(home: Home, name: string): Machine {
  const machine = placeOf(home, name);
  if (exists(machine.directory)) throw new VivariumError('machine-exists', { name });
  return machine;
}

export interface Draft {
  /** The text of machine.yaml. */
  text: string;
  autostart: boolean;
  /** What it is made from. */
  image?: Image | undefined;
  /** It need not survive a crash of the host, and is not waited for to be on the disk. */
  fleeting?: true;
}

/**
 * Makes a machine: whole, under a hidden name, and then into its place by one rename.
 * @param fill brings what else belongs into the directory, which is the draft's
 * @param last is done with the whole machine before anybody sees it; what it has begun is taken back by its `undo`
 * @throws `spec-invalid`, `machine-exists`, `image-not-found`, `image-replaced`, what `fill` throws; nothing is left of it then
 */
export async function placeMachine(
  scope: Scope,
  machine: Machine,
  { text, autostart, image, fleeting }: Draft,
  fill: (draft: Machine) => Promise<void>,
  last: (draft: Machine, undo: Undo) => Promise<void> = async () => {},
): Promise<void> {
  const spec = parseSpec(text, specName(machine));
  ensureHome(machine.home);
  await sweep(machine.home);
  await using undo = new Undo();
  const draft: Machine = { ...machine, directory: temporaryName(machine.directory) };
  undo.push(() => removeDirectory(draft.directory));
  mkdirSync(draft.directory, { mode: 0o700 });
  mkdirSync(fileOf(draft, 'log'));
  crashPoint('make: drafted');
  if (!autostart) writeFileSync(fileOf(draft, 'down'), '');
  await fill(draft);
  writeFileAtomic(fileOf(draft, 'spec'), text, { durable: !fleeting });
  writeScripts(draft, serviceSettings(spec));
  crashPoint('make: filled');
  scope.check();
  await last(draft, undo);
  putInPlace(draft, machine);
  if (!fleeting) syncDirectory(machine.home.directory);
  crashPoint('make: placed');
  if (image) {
    // From here on it is in use. One that was removed or replaced until now would leave a disk with nothing below it.
    undo.push(() => removeDirectory(machine.directory));
    const { name, made } = readImage(machine.home.directory, image.name);
    if (made !== image.made) throw new VivariumError('image-replaced', { name, machine: machine.name });
  }
  undo.keep();
}

function putInPlace(draft: Machine, machine: Machine): void {
  try {
    renameSync(draft.directory, machine.directory);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
    throw new VivariumError('machine-exists', { name: machine.name }, { cause: error });
  }
}
