import { isVivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import type { Home } from '../../machine/home.ts';
import { listMachines, type Machine } from '../../machine/machine.ts';
import { readSpec } from '../../machine/spec-file.ts';
import { statusOf } from '../../machine/status.ts';
import { stop } from '../../machine/stop.ts';
import type { EjectItem } from '../../protocol/cartridge-views.ts';
import type { Cartridge } from '../cartridge.ts';

/** The machines that were started for the cartridge in `directory`. */
export function machinesOf(home: Home, directory: string): Machine[] {
  return listMachines(home).filter((machine) => cartridgeOf(machine) === directory);
}

/** A machine that cannot be read belongs to nobody that is known. */
function cartridgeOf(machine: Machine): string | undefined {
  try {
    return readSpec(machine)?.cartridge;
  } catch (error) {
    if (isVivariumError(error, 'spec-invalid') || isVivariumError(error, 'spec-newer')) return undefined;
    throw error;
  }
}

/** Powers off, at once, what was started to try the cartridge: it boots from what is to go. */
export async function stopMachines(
  scope: Scope,
  home: Home,
  { directory }: Cartridge,
  dryRun: boolean,
): Promise<EjectItem[]> {
  const items: EjectItem[] = [];
  for (const machine of machinesOf(home, directory)) {
    const { state } = await statusOf(machine);
    if (state === 'stopped' || state === 'failed') continue;
    if (!dryRun) await stop(scope, machine, true);
    items.push({ what: 'machine', name: machine.name, done: 'stopped' });
  }
  return items;
}
