import { existsSync, writeFileSync } from 'node:fs';
import { isVivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { lock } from '../../host/lock.ts';
import { fileOf } from '../files.ts';
import type { Home } from '../home.ts';
import { isLiving, readLife } from '../life.ts';
import { listMachines, type Machine } from '../machine.ts';
import { remove } from '../remove.ts';
import { isSuspended } from '../saved.ts';

/**
 * Marks a machine as one that is to be gone when it has stopped. Whoever marks it removes it; the mark is locked for
 * as long as that process lives.
 */
export async function markEphemeral(machine: Machine): Promise<void> {
  const mark = fileOf(machine, 'ephemeral');
  writeFileSync(mark, '');
  await lock(mark, { wait: 0 });
}

/** Removes the marked machines that have stopped, and whose process was killed before it could do so. */
export async function sweepEphemeral(scope: Scope, home: Home): Promise<void> {
  for (const machine of listMachines(home)) {
    if (existsSync(fileOf(machine, 'ephemeral'))) await removeUnowned(scope, machine);
  }
}

/** Removes a marked machine whose supervisor says that it has stopped for good, unless its maker is there to do so. */
export async function removeUnowned(scope: Scope, machine: Machine, wait = 0): Promise<void> {
  try {
    using unowned = await lock(fileOf(machine, 'ephemeral'), { wait });
    if (!unowned?.current()) return;
    if (!isLiving(machine, readLife(machine)) && !isSuspended(machine)) await remove(scope, machine, true);
  } catch (error) {
    const gone = isVivariumError(error, 'machine-not-found') || isVivariumError(error, 'machine-state');
    if (!gone && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Returns when a marked machine that was stopped is gone, by whomever. */
export async function removeEphemeral(scope: Scope, machine: Machine): Promise<void> {
  if (existsSync(fileOf(machine, 'ephemeral')))
    await removeUnowned(scope, machine, Math.min(scope.left, 10_000));
}
