import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DiskView } from '../protocol/views.ts';
import { diskPath, findDisk, listDisks } from './disks.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';
import { specText, writeLocked } from './set.ts';
import { editSpec, specName } from './spec-file.ts';

/**
 * Takes a disk out of machine.yaml and, where it lies in the machine's own directory, removes its file.
 * @param keep leaves the file
 * @throws `machine-state` where the machine is not stopped, `disk-not-found`
 */
export async function removeDisk(machine: Machine, disk: string, keep: boolean): Promise<DiskView> {
  return await locked(machine, 'disk.remove', async () => {
    const found = findDisk(machine, disk);
    const path = diskPath(machine, found);
    const last = listDisks(machine).length === 1;
    const key = last ? 'disks' : `disks.${found.number}`;
    writeLocked(machine, editSpec(specText(machine), specName(machine), key, undefined));
    const shared = listDisks(machine).some((other) => diskPath(machine, other) === path);
    if (!keep && !shared && dirname(path) === machine.directory) rmSync(path, { force: true });
    return found;
  });
}
