import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { tryClaim } from '../host/claim.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import { supervisorAlive } from '../runit/supervisor.ts';
import type { Home } from './home.ts';
import { freeingLayers } from './layers.ts';
import { readLife } from './life.ts';
import type { Machine } from './machine.ts';
import { dismissSupervisor } from './remove.ts';
import { killLocked } from './stop.ts';

/** Milliseconds for a QEMU that is killed to be gone, and its supervisor. */
const patience = 10_000;

/**
 * Removes hidden names of a home that are nobody's any more, with the QEMU and the supervisor that work in them, and
 * the layers that nobody needs then.
 */
export async function removeAbandoned(home: Home, names: readonly string[]): Promise<void> {
  await freeingLayers(home, async () => {
    for (const name of names) await removeOne(home, name);
  });
}

async function removeOne(home: Home, name: string): Promise<void> {
  const directory = join(home.directory, name);
  const isDirectory = lstatSync(directory, { throwIfNoEntry: false })?.isDirectory();
  if (!isDirectory) return await removeDirectory(directory);
  using held = await tryClaim(directory);
  if (!held) return; // somebody else is at it, or has done it
  const machine = { name, directory, home };
  const scope = new Scope({ timeout: patience });
  try {
    await supervisorShown(scope, machine);
    await killLocked(scope, machine);
    await dismissSupervisor(scope, directory);
  } catch (error) {
    if (!isVivariumError(error, 'timeout')) throw error;
    return; // what does not go, as on a host that is all too busy, is left for the next time
  }
  await removeDirectory(directory);
}

/** One that was only just spawned is not to be seen yet, and would start QEMU in what is being removed. */
async function supervisorShown(scope: Scope, machine: Machine): Promise<void> {
  if (readLife(machine)?.word !== 'starting') return;
  const shown = () => supervisorAlive(machine.directory) || undefined;
  await scope
    .until(shown, () => ({ awaited: 'the supervisor', lines: [], hint: '' }), { every: 5, within: 1000 })
    .catch(() => {}); // the command was killed before it spawned one
}
