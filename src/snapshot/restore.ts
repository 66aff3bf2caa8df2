import { copyFileSync, cpSync, existsSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { machineFiles } from '../machine/files.ts';
import { freeingLayers, layerReference } from '../machine/layers.ts';
import { locked } from '../machine/locked.ts';
import { announce, settle } from '../machine/pending.ts';
import { planOf } from '../machine/plan.ts';
import { prepareFiles } from '../machine/prepare-files.ts';
import { type Saved, savedFiles, writeSaved } from '../machine/saved.ts';
import { unmetNeed } from '../machine/saved-needs.ts';
import { up } from '../machine/start.ts';
import { killLocked } from '../machine/stop.ts';
import type { StartReport } from '../protocol/views.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { readSnapshot, type Snapshot, snapshotFiles } from './snapshot.ts';
import { checkDisks, checkState } from './whole.ts';

/**
 * Puts a machine back to one of its snapshots, and has it go on from there. What its disks hold since is lost.
 * @param force gives up what runs, or is suspended, and what was changed of machine.yaml and templates
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
    const changed = await changedSince(scope, snapshot, saved, force);
    checkDisks(snapshot, saved);
    await checkState(scope, snapshot, saved.digests);
    const giveUp = async () => {
      if (pid !== undefined) await killLocked(scope, machine);
    };
    await announce(machine, (pending) => layOut(scope, snapshot, saved, pending, changed), giveUp);
    await freeingLayers(machine.home, async () => settle(machine));
    return await up(scope, machine, 'u');
  });
}

/**
 * Whether machine.yaml or templates make another machine now than the one that was kept.
 * @throws `state-unfit` where they do and are not to be put back too, or where the host is another; `file-missing`
 */
async function changedSince(
  scope: Scope,
  { machine, name }: Snapshot,
  saved: Saved,
  force: boolean,
): Promise<boolean> {
  const plan = await planOf(scope, machine, { cold: true });
  const now = { accelerator: plan.accelerator.name, argv: plan.argv };
  const differs = unmetNeed(saved, now);
  const foreign = unmetNeed(saved, { ...now, argv: saved.argv });
  if (differs === undefined) {
    await prepareFiles(scope, machine, plan); // before anything is given up
    return false;
  }
  if (force && foreign === undefined) return true;
  const both = `${machine.name}@${name}`;
  const next = `Put its machine.yaml back as well: vm restore --force ${both}   Or have it beside: vm fork ${both}`;
  throw new VivariumError('state-unfit', { name: machine.name, differs, next });
}

/**
 * What the machine is to have: empty overlays of the frozen disks, its UEFI variables, the state to go on from, and
 * what it is made of where that has `changed`.
 */
async function layOut(
  scope: Scope,
  { directory }: Snapshot,
  saved: Saved,
  pending: string,
  changed: boolean,
): Promise<void> {
  for (const { file, layer, format, size } of saved.disks)
    await createDisk(scope, join(pending, file), size, { file: layerReference(layer), format });
  const variables = join(directory, machineFiles.uefiVariables);
  if (existsSync(variables)) copyFileSync(variables, join(pending, machineFiles.uefiVariables));
  if (changed) {
    const belongings = join(directory, snapshotFiles.belongings);
    copyFileSync(join(belongings, machineFiles.spec), join(pending, machineFiles.spec));
    mkdirSync(join(pending, machineFiles.templates));
    const templates = join(belongings, machineFiles.templates);
    if (existsSync(templates)) cpSync(templates, join(pending, machineFiles.templates), { recursive: true });
  }
  const suspended = join(pending, machineFiles.suspended);
  mkdirSync(suspended, { mode: 0o700 });
  for (const file of [savedFiles.state, savedFiles.memory])
    linkSync(join(directory, file), join(suspended, file));
  writeSaved(suspended, { ...saved, disks: [] });
}
