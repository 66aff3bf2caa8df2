import { existsSync } from 'node:fs';
import { lock } from '../host/lock.ts';
import { identityOf, uptimeOf } from '../host/process-identity.ts';
import type { MachineState, MachineView } from '../protocol/views.ts';
import { Qmp } from '../qemu/qmp.ts';
import { readServiceStatus } from '../runit/status.ts';
import { endSupervisor, findSupervisor, supervisorAlive } from '../runit/supervisor.ts';
import { fileOf } from './files.ts';
import { clearRemains, isLiving, type Life, readLife } from './life.ts';
import type { Machine } from './machine.ts';

/** What a machine is doing, found out anew at each call. */
export type Status = Pick<MachineView, 'state' | 'reason' | 'pid' | 'uptime' | 'unsupervised'>;

/** Milliseconds that a busy QEMU may take to answer before a machine counts as running and no more is known. */
const patience = 500;

/**
 * The status of a machine whose life tells of something. What a killed command or supervisor has left behind is
 * cleared away.
 * @param locked the caller holds the machine's lock
 */
export async function liveStatus(machine: Machine, life: Life, locked: boolean): Promise<Status> {
  if (life.word === 'failed') return { state: 'failed', reason: life.reason };
  if (life.word === 'starting') return await startingStatus(machine, locked);
  if (!isLiving(machine, life)) return await endedStatus(machine, life, locked);
  if (life.word === 'restarting') return { state: 'starting', reason: life.reason };
  return {
    ...(await running(machine)),
    pid: life.process.pid,
    uptime: uptimeOf(life.process),
    ...(!supervisorAlive(machine.directory) && { unsupervised: true }),
  };
}

/** The same of a machine with a saved state that it is to go on from. A QEMU is there only while that is being done. */
export async function suspendedStatus(machine: Machine, status: Status, locked: boolean): Promise<Status> {
  const { state, reason } = status;
  if (state === 'stopped' || state === 'failed') return { state: 'suspended', ...(reason && { reason }) };
  using free = locked ? undefined : await lock(machine.directory, { wait: 0 });
  if (!locked && !free) return { ...status, state: 'starting' };
  return { ...status, state: 'suspended', reason: 'its start was cut short' };
}

/** A runit-vm machine that its own `run` has started, under a runsvdir. */
export function foreignStatus(machine: Machine): Status {
  const service = readServiceStatus(machine.directory);
  if (!service || service.state === 'down' || !supervisorAlive(machine.directory))
    return { state: 'stopped' };
  const process = identityOf(service.pid);
  if (!process) return { state: 'stopped' };
  return {
    state: service.want === 'up' ? 'running' : 'stopping',
    pid: service.pid,
    uptime: uptimeOf(process),
  };
}

async function running(machine: Machine): Promise<Pick<Status, 'state' | 'reason'>> {
  if (existsSync(fileOf(machine, 'ladder'))) return { state: 'stopping' };
  if (readServiceStatus(machine.directory)?.paused) {
    return { state: 'paused', reason: `QEMU itself is stopped: vm sv cont ${machine.name}` };
  }
  let timer: NodeJS.Timeout | undefined;
  try {
    using qmp = await Qmp.connect(fileOf(machine, 'engine'), patience);
    if (!qmp) return { state: 'starting' };
    timer = setTimeout(() => qmp[Symbol.dispose](), patience);
    const { status } = await qmp.execute<{ status: string }>('query-status');
    return guestStates[status] ?? { state: 'running', reason: `QEMU says: ${status}` };
  } catch {
    return { state: 'running', reason: 'QEMU is too busy to answer' };
  } finally {
    clearTimeout(timer);
  }
}

/** What QEMU's RunState (qapi/run-state.json) means here. */
const guestStates: Record<string, { state: MachineState; reason?: string }> = {
  running: { state: 'running' },
  paused: { state: 'paused' },
  prelaunch: { state: 'paused', reason: 'the CPUs have not been started yet' },
  postmigrate: { state: 'paused' }, // its state was saved while it was paused
  'finish-migrate': { state: 'paused', reason: 'its state is being saved' },
  suspended: { state: 'paused', reason: 'the guest sleeps (ACPI S3)' },
  'io-error': { state: 'paused', reason: 'a disk failed or the host is full; resume it when that is mended' },
  'guest-panicked': { state: 'paused', reason: "the guest's kernel panicked" },
  'internal-error': { state: 'paused', reason: 'QEMU or KVM met an internal error' },
  shutdown: { state: 'paused', reason: 'the guest has powered off' },
};

/** Between a start's first mark and `run`. Nobody starts it where its lock is free: that start was killed. */
async function startingStatus(machine: Machine, locked: boolean): Promise<Status> {
  using free = locked ? undefined : await lock(machine.directory, { wait: 0 });
  if (!locked && !free) return { state: 'starting' };
  const supervisor = findSupervisor(machine.directory);
  if (supervisor && readServiceStatus(machine.directory)?.state !== 'down') return { state: 'starting' };
  if (readLife(machine)?.word !== 'starting') return { state: 'starting' }; // another command was quicker
  if (supervisor?.by === 'vm') endSupervisor(machine.directory);
  clearRemains(machine);
  return { state: 'stopped', reason: 'its last start was cut short' };
}

/**
 * QEMU is gone, and `finish` has not said so: it is about to, or was killed with its supervisor. A runsv whose service
 * ended soon after it began pauses for a second, and says `down` meanwhile, before it starts it again.
 */
async function endedStatus(machine: Machine, life: Life, locked: boolean): Promise<Status> {
  if (supervisorAlive(machine.directory)) {
    const service = readServiceStatus(machine.directory);
    if (service?.want === 'up') return { state: 'starting' };
    if (service?.state !== 'down') return { state: 'stopping' };
  }
  using free = locked ? undefined : await lock(machine.directory, { wait: 0 });
  if (!locked && !free) return { state: 'starting' };
  if (JSON.stringify(readLife(machine)) === JSON.stringify(life)) clearRemains(machine);
  return { state: 'stopped', reason: 'QEMU was gone all of a sudden, and nobody has restarted it' };
}
