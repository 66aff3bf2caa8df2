import { renameSync } from 'node:fs';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { syncDirectory } from '../host/atomic-file.ts';
import { lockKept } from './kept.ts';
import { locked } from './locked.ts';
import { exists, type Machine, placeOf } from './machine.ts';
import { outdateScripts } from './scripts.ts';

/** Gives a machine that is down another name. @throws `machine-exists`, `machine-state`, `name-invalid` */
export async function rename(machine: Machine, to: string): Promise<Machine> {
  const place = placeOf(machine.home, to);
  return await locked(machine, 'machine.rename', async () => {
    // rename(2) puts a directory in the place of an empty one only, so nothing can get lost in between.
    if (exists(place.directory)) throw new VivariumError('machine-exists', { name: to });
    using _ = await lockKept(machine);
    try {
      renameSync(machine.directory, place.directory);
    } catch (error) {
      if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') throw error;
      throw new VivariumError('machine-exists', { name: to }, { cause: error });
    }
    syncDirectory(machine.home.directory);
    outdateScripts(place);
    return place;
  });
}
