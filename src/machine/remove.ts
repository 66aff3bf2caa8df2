import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { syncDirectory, temporaryName } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import { control, findSupervisor, logServiceAlive, supervisorAlive } from '../runit/supervisor.ts';
import { keptLayers, lockKept, usersOfLayers } from './kept.ts';
import { freeingLayers } from './layers.ts';
import { isLiving, readLife } from './life.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';
import { killLocked } from './stop.ts';

/**
 * Removes a machine with its disks: out of sight at once by a rename, then from the disk.
 * @param force also where it runs, or others' disks lie on its snapshots: what they need stays
 * @throws `machine-state`, `machine-in-use`; `machine-busy` while one of its snapshots is being forked
 */
export async function remove(scope: Scope, machine: Machine, force: boolean): Promise<void> {
  await locked(machine, 'machine.remove', async ({ state }) => {
    const live = !['stopped', 'failed', 'broken'].includes(state);
    if (live && !force) {
      throw new VivariumError('machine-state', {
        name: machine.name,
        state,
        verb: 'removed',
        next: `Stop it first: vm stop ${machine.name}   Or kill and remove it: vm rm --force ${machine.name}`,
      });
    }
    const users = force ? [] : usersOfLayers(machine.home, keptLayers(machine), machine.name);
    if (users.length > 0) throw new VivariumError('machine-in-use', { name: machine.name, users });
    using _ = await lockKept(machine);
    if (live || findSupervisor(machine.directory)?.by === 'vm') await killLocked(scope, machine);
    await freeingLayers(machine.home, () => discard(scope, machine.directory));
  });
}

/** Takes a directory of a machine that is down away, and the supervisor that may watch it. */
export async function discard(scope: Scope, directory: string): Promise<void> {
  const gone = temporaryName(directory);
  renameSync(directory, gone);
  syncDirectory(dirname(directory));
  crashPoint('remove: renamed');
  await dismissSupervisor(scope, gone);
  await removeDirectory(gone);
  crashPoint('remove: deleted');
}

/** A runsvdir's supervisor goes with the directory that it was there for, and so does any log service. */
export async function dismissSupervisor(scope: Scope, directory: string): Promise<void> {
  if (control(directory, 'x')) {
    const gone = () => !supervisorAlive(directory) || undefined;
    await scope.until(gone, () => ({ awaited: 'the supervisor', lines: [], hint: '' }), {
      within: 3000,
      every: 5,
    });
  }
  // One that begins, or reads what was said last, makes files beside those that are being removed.
  const read = () => {
    killStray(directory);
    return !logServiceAlive(directory) || undefined;
  };
  await scope
    .until(read, () => ({ awaited: 'the log service', lines: [], hint: '' }), { within: 5000, every: 20 })
    .catch(() => {}); // what still writes is met with patience
}

/** A `run` whose supervisor was killed the moment it began goes on to start QEMU, and has the log service wait for it. */
function killStray(directory: string): void {
  const life = readLife({ directory });
  if (!isLiving({ directory }, life)) return;
  try {
    process.kill(life.process.pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error; // it has just gone by itself
  }
}
