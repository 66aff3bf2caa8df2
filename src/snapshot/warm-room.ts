import { statSync } from 'node:fs';
import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { fileOf } from '../machine/files.ts';
import type { Home } from '../machine/home.ts';
import { listMachines } from '../machine/machine.ts';
import { remove } from '../machine/remove.ts';
import { statusOf } from '../machine/status.ts';

/** The most machines that are kept warm: whoever may launch could have one for each size of memory. */
const most = 16;

/** Removes those that were not launched for longest, so that there is room for one more. One that runs stays. */
export async function makeRoom(scope: Scope, home: Home): Promise<void> {
  const warm = listMachines(home).flatMap((machine) => {
    const note = statSync(fileOf(machine, 'warm'), { throwIfNoEntry: false });
    return note ? [{ machine, used: note.mtimeMs }] : [];
  });
  for (const { machine } of warm.sort((a, b) => b.used - a.used).slice(most - 1)) {
    if ((await statusOf(machine)).state !== 'stopped') continue;
    try {
      await remove(scope, machine, true);
    } catch (error) {
      // Somebody is at it just now: it goes another time.
      if (
        !['machine-busy', 'machine-not-found'].some((code) => isVivariumError(error, code as 'machine-busy'))
      )
        throw error;
    }
  }
}
