import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { syncDirectory } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { diskUsage } from '../host/disk-usage.ts';
import { hiddenPlace } from '../machine/hidden-place.ts';
import { lockSnapshot } from '../machine/kept.ts';
import { freeingLayers, layersOf } from '../machine/layers.ts';
import { locked } from '../machine/locked.ts';
import { type Snapshot, usersOf } from './snapshot.ts';

/**
 * Removes a snapshot, and the frozen disks that nobody else needs.
 * @param force also where other machines' disks lie on it: what they need of it stays
 * @returns bytes that were freed
 * @throws `snapshot-in-use`, `machine-busy` while it is being forked
 */
export async function removeSnapshot(snapshot: Snapshot, force: boolean): Promise<number> {
  const { machine, name, directory } = snapshot;
  return await locked(machine, undefined, async () => {
    using _ = await lockSnapshot(machine, directory);
    const taken = () => diskUsage(directory) + diskUsage(layersOf(machine.home));
    const before = taken();
    await freeingLayers(machine.home, async () => {
      const users = force ? [] : usersOf(snapshot);
      if (users.length > 0)
        throw new VivariumError('snapshot-in-use', { name: machine.name, snapshot: name, users });
      const gone = hiddenPlace(machine, name);
      renameSync(directory, gone);
      syncDirectory(dirname(directory));
      crashPoint('snapshot: removed');
      rmSync(gone, { recursive: true, force: true });
    });
    return Math.max(0, before - taken());
  });
}
