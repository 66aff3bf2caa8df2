import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import type { Undo } from '../base/undo.ts';
import { claim } from '../host/claim.ts';
import type { Lock } from '../host/lock.ts';
import { readImage } from '../image/store.ts';
import { awaitPrompt } from '../machine/await-prompt.ts';
import { fileOf } from '../machine/files.ts';
import type { Home } from '../machine/home.ts';
import { exists, type Machine, machineAt, placeOf } from '../machine/machine.ts';
import { make } from '../machine/make.ts';
import { remove } from '../machine/remove.ts';
import { up } from '../machine/start.ts';
import { statusOf } from '../machine/status.ts';
import { killLocked, quitLocked } from '../machine/stop.ts';
import { createSnapshot } from './create.ts';
import { plainSettings, type WarmSettings, warmName } from './warm-name.ts';
import { makeRoom } from './warm-room.ts';

/** The snapshot of a warm machine at its prompt. */
export const warmSnapshot = 'ready';

/** Milliseconds to take back what was begun, however little was left for it. */
const afterwards = 30_000;

/**
 * The machine that is kept warm of an image with these settings: it has booted to its prompt once, is kept so in a
 * snapshot, and is down. It is made where there is none; anew where the image has changed since, or the one that
 * there is `unfit`.
 * @param unfit the stamp of one that was of no use
 * @throws `warm-name-taken`, `machine-state` where somebody uses the one that is to go; what `make` and
 * `createSnapshot` throw, `timeout` where the guest comes to no prompt: nothing is left of it then
 */
export async function warmMachine(
  scope: Scope,
  home: Home,
  settings: WarmSettings,
  unfit?: string,
): Promise<Machine> {
  const found = keptWarm(home, settings, unfit);
  if (found) {
    noteUse(found);
    return found;
  }
  using _ = await claimImage(scope, home, settings);
  const made = keptWarm(home, settings, unfit);
  if (made) return made;
  await removeOld(scope, home, settings);
  await makeRoom(scope, home);
  return await makeWarm(scope, home, settings);
}

/** The same where it is there, and good. @throws `image-not-found`, `image-broken` */
export function keptWarm(home: Home, settings: WarmSettings, unfit?: string): Machine | undefined {
  const found = machineAt(home, warmName(settings));
  const good = found && found.stamp !== unfit && noteOf(found) === ingredients(home, settings);
  return good ? found : undefined;
}

/** One at a time is made of an image. */
async function claimImage(scope: Scope, { directory }: Home, settings: WarmSettings): Promise<Lock> {
  const look = () => readImage(directory, settings.image);
  return await claim(scope, look().directory, `${warmName(settings)} to be made`, look);
}

/** All that counts of what it is made of, as the machine notes it. @throws `image-not-found`, `image-broken` */
function ingredients({ directory, config }: Home, settings: WarmSettings): string {
  const { made: _, directory: __, ...image } = readImage(directory, settings.image);
  const { VMDIR: ___, ...usual } = config;
  return `${JSON.stringify({ asked: plainSettings(settings), usual, image }, undefined, 2)}\n`;
}

/** Of those that are kept, the one that was not used for longest goes first. */
function noteUse(machine: Machine): void {
  try {
    utimesSync(fileOf(machine, 'warm'), new Date(), new Date());
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error; // it is being removed, as its forks will find
  }
}

function noteOf(machine: Machine): string | undefined {
  try {
    return readFileSync(fileOf(machine, 'warm'), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Forks of it keep what they need of its disks. */
async function removeOld(scope: Scope, home: Home, settings: WarmSettings): Promise<void> {
  const { name, directory } = placeOf(home, warmName(settings));
  if (!exists(directory)) return;
  const old = machineAt(home, name);
  if (!old || noteOf(old) === undefined)
    throw new VivariumError('warm-name-taken', { name, image: settings.image });
  const { state } = await statusOf(old);
  if (!['stopped', 'failed', 'broken'].includes(state)) {
    const next = `End what it does: vm kill ${name}`;
    throw new VivariumError('machine-state', { name, state, verb: 'made anew', next });
  }
  await remove(scope, old, true);
}

/** It comes together under a hidden name, and is seen when it is whole. */
async function makeWarm(scope: Scope, home: Home, settings: WarmSettings): Promise<Machine> {
  const { image } = settings;
  const name = warmName(settings);
  const madeOf = ingredients(home, settings);
  scope.step(`Making ${name}`);
  const warmUp = async (draft: Machine, undo: Undo) => {
    undo.push(() => killLocked(new Scope({ timeout: afterwards }), draft));
    // Its guest, and that of every fork, calls itself as the image is called.
    const guest = { ...draft, name: image };
    scope.step(`Booting ${name}: the next launch of ${image} will not have to`);
    await up(scope, guest, 'o');
    await prompted(scope, guest);
    await createSnapshot(scope, guest, warmSnapshot);
    await quitLocked(scope, draft);
    writeFileSync(fileOf(draft, 'warm'), madeOf);
  };
  return await make(scope, home, { ...settings, name }, warmUp);
}

/** @throws `timeout`, `machine-ended`, in words for somebody who will find nothing left of the machine */
async function prompted(scope: Scope, guest: Machine): Promise<void> {
  try {
    const look = `Look at one: vm make try --image ${guest.name} --boot   Then: vm console try`;
    await awaitPrompt(scope, guest, look);
  } catch (error) {
    if (!isVivariumError(error, 'machine-ended')) throw error;
    throw new VivariumError('machine-ended', { ...error.details, removed: true }, { cause: error });
  }
}
