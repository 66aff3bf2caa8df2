import { identityOf, type ProcessIdentity } from '../host/process-identity.ts';
import { commandLineOf, processUsage } from '../host/process-usage.ts';
import type { MachineUsage } from '../protocol/usage.ts';
import type { Home } from './home.ts';
import { isLiving, readLife } from './life.ts';
import { foreignStatus } from './live-status.ts';
import { findMachine, isRunitVm, listMachines, type Machine } from './machine.ts';
import { memoryOf } from './summary.ts';

/**
 * What machines take of the host: one, or all that run. One that does not run takes nothing and is left out. QEMU is
 * not asked; the kernel tells.
 * @throws `machine-not-found`
 */
export function usageOf(home: Home, name: string | undefined): MachineUsage[] {
  const machines = name === undefined ? listMachines(home) : [findMachine(home, name)];
  return machines.flatMap((machine) => usage(machine) ?? []);
}

function usage(machine: Machine): MachineUsage | undefined {
  const qemu = qemuOf(machine);
  const used = qemu && processUsage(qemu);
  const words = used && commandLineOf(qemu.pid);
  return words && { name: machine.name, pid: qemu.pid, ...used, memory: memoryOf(words) };
}

/** The very process that is the machine's QEMU now. */
function qemuOf(machine: Machine): ProcessIdentity | undefined {
  const life = readLife(machine);
  if (isLiving(machine, life)) return life.word === 'running' ? life.process : undefined;
  const pid = !life && isRunitVm(machine) ? foreignStatus(machine).pid : undefined;
  return pid === undefined ? undefined : identityOf(pid);
}
