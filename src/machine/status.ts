import { existsSync } from 'node:fs';
import { fileOf } from './files.ts';
import { readLife } from './life.ts';
import type { Status } from './live-status.ts';
import { isRunitVm, type Machine } from './machine.ts';
import { isSuspended } from './saved.ts';

export type { Status };

/**
 * Computed from the life that the scripts write, the process and QMP. Most machines of a long list are down: what only
 * the others need is loaded when there is one.
 * @param locked the caller holds the machine's lock
 */
export async function statusOf(machine: Machine, { locked = false } = {}): Promise<Status> {
  if (existsSync(fileOf(machine, 'pending'))) {
    const { finishPending } = await import('./finish-pending.ts');
    await finishPending(machine, locked);
  }
  const life = readLife(machine);
  const suspended = isSuspended(machine);
  if (!life && !isRunitVm(machine)) return { state: suspended ? 'suspended' : 'stopped' };
  const { foreignStatus, liveStatus, suspendedStatus } = await import('./live-status.ts');
  const status = life ? await liveStatus(machine, life, locked) : foreignStatus(machine);
  return suspended ? await suspendedStatus(machine, status, locked) : status;
}

/** Whether vmd starts it: there is no file `down`. */
export function isAutostarted(machine: Machine): boolean {
  return !existsSync(fileOf(machine, 'down'));
}
