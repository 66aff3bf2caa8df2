import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { crashPoint } from '../host/crash-point.ts';
import type { Lock } from '../host/lock.ts';
import { converse } from '../machine/ask.ts';
import { fileOf, machineFiles } from '../machine/files.ts';
import type { Machine } from '../machine/machine.ts';
import { settle } from '../machine/pending.ts';
import { isSuspended, type Saved, savedFiles } from '../machine/saved.ts';
import { releaseShares, takeShares } from '../machine/shares.ts';
import type { Status } from '../machine/status.ts';
import { putOverlays } from '../qemu/block-overlay.ts';
import { cancelSaving, MigrationFailed, saveState } from '../qemu/migration.ts';
import { MigrationStreamFault } from '../qemu/migration-fault.ts';
import type { Qmp } from '../qemu/qmp.ts';
import { announceOverlays } from './announce-overlays.ts';
import { checkBlocked, checkFitness } from './fitness.ts';
import { guard } from './guard.ts';
import { copyMemory, memoryBelow, openMemoryOf } from './memory.ts';

/** Where a state goes: files that are not there yet but for the memory, which may be an empty one. */
export interface Into {
  directory: string;
  memory: string;
}

export interface Captured {
  saved: Saved;
  /** Milliseconds that the guest stood still; 0 where it did so before. */
  pause: number;
}

/**
 * Saves memory, devices and disks of a machine that runs, as they are at one instant, and has it go on: its disks are
 * new overlays then. Under the machine's lock.
 * @throws `save-unfit` before anything is done; `save-failed`, `disk-full`: the machine goes on as it was
 */
export async function capture(
  scope: Scope,
  machine: Machine,
  status: Status,
  held: Lock,
  into: Into,
): Promise<Captured> {
  return await save(scope, machine, status, held, into, { disks: true });
}

/**
 * The same for a machine that alone will go on from it: its disks stay as they are, and the guest stands still.
 * @param keep is called then, while a guard looks after the guest
 */
export async function captureAndStand(
  scope: Scope,
  machine: Machine,
  status: Status,
  held: Lock,
  into: Into,
  keep: (captured: Captured) => Promise<void>,
): Promise<void> {
  await save(scope, machine, status, held, into, { disks: false, keep });
}

interface How {
  disks: boolean;
  keep?: (captured: Captured) => Promise<void>;
}

async function save(
  scope: Scope,
  machine: Machine,
  { state, pid = 0 }: Status,
  held: Lock,
  into: Into,
  { disks, keep }: How,
): Promise<Captured> {
  const fit = await checkFitness(scope, machine, pid);
  const ran = state === 'running';
  const shares = (fit.plan.spec?.shares.length ?? 0) > 0 && (await releaseShares(scope, machine));
  await using undo = new Undo();
  await using _ = guard(machine, held, ran);
  try {
    await checkBlocked(scope, machine);
    const captured = await converse(scope, machine, 'engine', 'migrate', async (qmp) => {
      await leavePostmigrate(qmp);
      const board = await boardOf(qmp);
      const overlays = disks ? await announceOverlays(scope, machine, qmp, undo) : [];
      crashPoint('save: begun');
      const how = { pid, live: fit.plan.accelerator.name === 'kvm' };
      const { memory, since } = await saveInto(scope, machine, qmp, how, into, async () => {
        await putOverlays(qmp, overlays);
        undo.keep(); // from here on the overlays are the machine's disks, whatever else fails
        crashPoint('save: switched');
        settle(machine);
      });
      crashPoint('save: completed');
      const saved: Saved = {
        version: 1,
        made: new Date().toISOString(),
        qemu: qmp.version,
        board,
        accelerator: fit.plan.accelerator.name,
        memory,
        argv: fit.argv,
        disks: overlays.map(({ disk }) => disk),
        shares,
      };
      if (ran && !keep) await qmp.execute('cont');
      crashPoint('save: gone on');
      return { saved, pause: ran ? performance.now() - since : 0 };
    });
    await keep?.(captured);
    return captured;
  } catch (error) {
    if (!isSuspended(machine)) await goOnAsBefore(machine, ran);
    if (!(error instanceof MigrationFailed || error instanceof MigrationStreamFault)) throw error;
    scope.check();
    throw new VivariumError('save-failed', { name: machine.name, said: error.message }, { cause: error });
  } finally {
    if (shares && !isSuspended(machine)) await takeShares(scope, machine);
  }
}

/** After a failure, whatever QEMU was doing then; it may also be gone. */
async function goOnAsBefore(machine: Machine, ran: boolean): Promise<void> {
  const scope = new Scope();
  await converse(scope, machine, 'engine', 'migrate_cancel', async (qmp) => {
    await cancelSaving(scope, qmp);
    if (ran) await qmp.execute('cont');
  }).catch(() => {});
}

/**
 * A machine that was paused and was saved so already has to go on before QEMU saves it again: for no longer than it
 * takes QEMU to read the next command.
 */
async function leavePostmigrate(qmp: Qmp): Promise<void> {
  const { status } = await qmp.execute<{ status: string }>('query-status');
  if (status === 'postmigrate') await Promise.all([qmp.execute('cont'), qmp.execute('stop')]);
}

/** Has QEMU write its state, and copies what it leaves to us. @param last is done when all else stands still */
async function saveInto(
  scope: Scope,
  machine: Machine,
  qmp: Qmp,
  { pid, live }: { pid: number; live: boolean },
  into: Into,
  last: () => Promise<void>,
): Promise<{ memory: number; since: number }> {
  const bytes = await memorySize(qmp);
  const passage = { seen: machineFiles.passage, path: fileOf(machine, 'passage') };
  const files = {
    live,
    state: join(into.directory, savedFiles.state),
    memory: into.memory,
    bytes,
    base: memoryBelow(pid, bytes),
  };
  const { since } = await saveState(scope, qmp, passage, files, async (memoryComes) => {
    crashPoint('save: standing');
    const variables = fileOf(machine, 'uefiVariables');
    if (existsSync(variables)) copyFileSync(variables, join(into.directory, machineFiles.uefiVariables));
    if (!memoryComes) {
      const memory = openMemoryOf(pid, bytes);
      if (memory === undefined) throw new MigrationFailed('its memory is nowhere to be found');
      await copyMemory(scope, memory, into.memory);
    }
    crashPoint('save: copied');
    await last();
  });
  return { memory: bytes, since };
}

/** The machine type that a name such as q35 stands for here: `pc-q35-7.2`. */
async function boardOf(qmp: Qmp): Promise<string> {
  const type = await qmp.execute<string>('qom-get', { path: '/machine', property: 'type' });
  return type.replace(/-machine$/, '');
}

async function memorySize(qmp: Qmp): Promise<number> {
  const sizes = await qmp.execute<{ 'base-memory': number }>('query-memory-size-summary');
  return sizes['base-memory'];
}
