import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { DiskView } from '../protocol/views.ts';
import { converse } from './ask.ts';
import { nodeOnTop } from './disk-on-top.ts';
import { diskPath, findDisk, listDisks } from './disks.ts';
import { freeingLayers } from './layers.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';
import { specText, writeLocked } from './set.ts';
import { editSpec, readSpec, specName } from './spec-file.ts';

/**
 * Takes a disk out of machine.yaml and, where it lies in the machine's own directory, removes its file.
 * @param keep leaves the file
 * @param force takes away also what the machine has of its image, without which it is another machine
 * @throws `machine-state` where QEMU has it, `disk-not-found`, `disk-unfit`
 */
export async function removeDisk(
  scope: Scope,
  machine: Machine,
  disk: string,
  { keep, force }: { keep: boolean; force: boolean },
): Promise<DiskView> {
  return await locked(machine, 'disk.remove', async ({ state, pid }) => {
    const found = findDisk(machine, disk);
    if (pid !== undefined && (await isInUse(scope, machine, found))) {
      const { name } = machine;
      const next = `Stop it first: vm stop ${name}`;
      throw new VivariumError('machine-state', { name, state, verb: `rid of ${found.file}`, next });
    }
    const { image } = readSpec(machine) ?? {};
    if (!force && image !== undefined && found.below === image) {
      const problem = `is what ${machine.name} has of its image ${image}; --force removes it, and all that is on it`;
      throw new VivariumError('disk-unfit', { name: machine.name, disk: found.file, problem });
    }
    const path = diskPath(machine, found);
    const last = listDisks(machine).length === 1;
    const key = last ? 'disks' : `disks.${found.number}`;
    writeLocked(machine, editSpec(specText(machine), specName(machine), key, undefined));
    const shared = listDisks(machine).some((other) => diskPath(machine, other) === path);
    if (!keep && !shared && dirname(path) === machine.directory)
      await freeingLayers(machine.home, async () => rmSync(path, { force: true }));
    return found;
  });
}

/** What was added since its start QEMU does not know yet. */
async function isInUse(scope: Scope, machine: Machine, disk: DiskView): Promise<boolean> {
  const path = diskPath(machine, disk);
  return await converse(scope, machine, 'engine', 'query-block', async (qmp) => {
    return (await nodeOnTop(qmp, machine, disk.number, path)) !== undefined;
  });
}
