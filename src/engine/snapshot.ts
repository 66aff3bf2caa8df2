import { VivariumError } from '../base/errors.ts';
import { findMachine } from '../machine/machine.ts';
import { findSnapshot, listSnapshots, splitName } from '../snapshot/snapshot.ts';
import type { Implementation } from './implementation.ts';

export const snapshotEngine: Implementation<'snapshot'> = {
  'snapshot.create': async (home, { name, snapshot }, scope) => {
    const named = splitName(name, snapshot);
    const { createSnapshot } = await import('../snapshot/create.ts');
    return await createSnapshot(scope, findMachine(home, named.machine), named.snapshot);
  },
  'snapshot.list': async (home, { name }) => listSnapshots(home, name),
  'snapshot.show': async (home, { name, snapshot }) =>
    (await import('../snapshot/show.ts')).showSnapshot(findSnapshot(home, name, snapshot)),
  'snapshot.remove': async (home, { name, snapshot, force = false }) => {
    if (splitName(name, snapshot).snapshot === undefined) {
      const problem = 'is missing: vm snapshot list shows them';
      throw new VivariumError('parameter-invalid', {
        operation: 'snapshot rm',
        parameter: 'SNAPSHOT',
        problem,
      });
    }
    const found = findSnapshot(home, name, snapshot);
    const { removeSnapshot } = await import('../snapshot/remove.ts');
    const freed = await removeSnapshot(found, force);
    return { name: found.machine.name, snapshot: found.name, freed };
  },
  'snapshot.restore': async (home, { name, snapshot, force = false }, scope) => {
    const { restoreSnapshot } = await import('../snapshot/restore.ts');
    return await restoreSnapshot(scope, findSnapshot(home, name, snapshot), force);
  },
  'snapshot.verify': async (home, { name, snapshot }, scope) => {
    const { verifySnapshot } = await import('../snapshot/verify.ts');
    const one = name !== undefined && splitName(name, snapshot).snapshot !== undefined;
    const found = one
      ? [findSnapshot(home, name, snapshot)]
      : listSnapshots(home, name).map(({ machine, name }) => findSnapshot(home, machine, name));
    const verified = [];
    for (const each of found) verified.push(await verifySnapshot(scope, each));
    return verified;
  },
};
