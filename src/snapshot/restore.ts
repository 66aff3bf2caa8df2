import { copyFileSync, existsSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { machineFiles } from '../machine/files.ts';
import { freeingLayers, layerReference } from '../machine/layers.ts';
import { locked } from '../machine/locked.ts';
import { announce, settle } from '../machine/pending.ts';
import { planOf } from '../machine/plan.ts';
import { type Saved, savedFiles, writeSaved } from '../machine/saved.ts';
import { unmetNeed } from '../machine/saved-needs.ts';
import { up } from '../machine/start.ts';
import { killLocked } from '../machine/stop.ts';
import type { StartReport } from '../protocol/views.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { checkDisks, checkState } from './whole.ts';

/**
 * Puts a machine back to one of its snapshots, and has it go on from there. What its disks hold since is lost.
 * @param force gives up what runs, or is suspended
 * @throws `machine-state` where that would be lost, `snapshot-broken`, `state-unfit`; nothing is changed then
 */
export async function restoreSnapshot(
  scope: Scope,
  snapshot: Snapshot,
  force: boolean,
): Promise<StartReport> {
  const { machine } = snapshot;
  return await locked(machine, undefined, async ({ state, pid }) => {
    const { name } = machine;
    if (!force && (pid !== undefined || state === 'suspended')) {
      const next = `Give up what it does now: vm restore --force ${name}@${snapshot.name}   Or keep both: vm fork ${name}@${snapshot.name}`;
      throw new VivariumError('machine-state', { name, state, verb: 'put back', next });
    }
    const saved = readSnapshot(snapshot);
    await checkNeeds(scope, snapshot, saved);
    checkDisks(snapshot, saved);
    await checkState(scope, snapshot, saved.digests);
    const giveUp = async () => {
      if (pid !== undefined) await killLocked(scope, machine);
    };
    await announce(machine, (pending) => layOut(scope, snapshot, saved, pending), giveUp);
    await freeingLayers(machine.home, async () => settle(machine));
    return await up(scope, machine, 'u');
  });
}

/** @throws `state-unfit` */
async function checkNeeds(scope: Scope, { machine, name }: Snapshot, saved: Saved): Promise<void> {
  const { accelerator, argv } = await planOf(scope, machine, { cold: true });
  const differs = unmetNeed(saved, { accelerator: accelerator.name, argv });
  if (differs === undefined) return;
  const next = `Put that back: vm edit ${machine.name}   Or have it beside: vm fork ${machine.name}@${name}`;
  throw new VivariumError('state-unfit', { name: machine.name, differs, next });
}

/** What the machine is to have: empty overlays of the frozen disks, its UEFI variables, and the state to go on from. */
async function layOut(scope: Scope, { directory }: Snapshot, saved: Saved, pending: string): Promise<void> {
  for (const { file, layer, format, size } of saved.disks)
    await createDisk(scope, join(pending, file), size, { file: layerReference(layer), format });
  const variables = join(directory, machineFiles.uefiVariables);
  if (existsSync(variables)) copyFileSync(variables, join(pending, machineFiles.uefiVariables));
  const suspended = join(pending, machineFiles.suspended);
  mkdirSync(suspended, { mode: 0o700 });
  for (const file of [savedFiles.state, savedFiles.memory])
    linkSync(join(directory, file), join(suspended, file));
  writeSaved(suspended, { ...saved, disks: [] });
}
