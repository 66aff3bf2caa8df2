import type { Forward } from '../protocol/forward.ts';
import type { MachineView } from '../protocol/views.ts';
import type { Home } from './home.ts';
import { isRunitVm, listMachines, type Machine } from './machine.ts';
import { isAutostarted, statusOf } from './status.ts';
import type { Summary } from './summary.ts';
import { SummaryIndex } from './summary-index.ts';
import { sweep } from './sweep.ts';

/** All machines of a home. One that is broken is listed as that, with the reason. */
export async function list(home: Home): Promise<MachineView[]> {
  await sweep(home);
  const index = new SummaryIndex(home);
  const views = await Promise.all(listMachines(home).map((machine) => view(machine, index)));
  index.save();
  return views;
}

/**
 * A machine as `list` shows it. Never throws because of the machine.
 * @param index where its summary is looked for, and remembered
 */
export async function view(machine: Machine, index?: SummaryIndex): Promise<MachineView> {
  const { name } = machine;
  const base = { name, autostart: isAutostarted(machine), runitVm: isRunitVm(machine) };
  const status = await statusOf(machine).catch(broken);
  try {
    const made = index?.get(machine) ?? (await summary(machine, index));
    const forwards = 'pid' in status ? await openPorts(machine, made.forwards) : made.forwards;
    return { ...base, ...made, forwards, ...status };
  } catch (error) {
    // A machine that runs does so, whatever became of its files since.
    const down = status.state === 'stopped' || status.state === 'failed';
    return {
      ...base,
      forwards: [],
      ...status,
      ...(down && { state: 'broken' }),
      reason: broken(error).reason,
    };
  }
}

/** The forwards of a machine that runs, with the ports that QEMU has chosen. */
async function openPorts(machine: Machine, forwards: Forward[]): Promise<Forward[]> {
  if (!forwards.some(({ host }) => host === 'auto')) return forwards;
  const { withOpenPorts } = await import('./open-ports.ts');
  return await withOpenPorts(machine, forwards);
}

/** Read from the machine's files, and remembered; what reads YAML is loaded only where it must be. */
async function summary(machine: Machine, index: SummaryIndex | undefined): Promise<Summary> {
  const { readSummary } = await import('./read-summary.ts');
  const read = readSummary(machine);
  index?.remember(machine, read);
  return read;
}

function broken(error: unknown): { state: 'broken'; reason: string } {
  return { state: 'broken', reason: error instanceof Error ? error.message : String(error) };
}
