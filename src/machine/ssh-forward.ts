import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { Qmp } from '../qemu/qmp.ts';
import { forwardPort, openForwards, userNetworks } from '../qemu/user-network.ts';
import { converse } from './ask.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';

/** Where something listens on the host for a guest. */
export interface Place {
  host: string;
  port: number;
}

/**
 * The place that leads to a TCP port of the guest; where there is none, QEMU opens one on the loopback address.
 * @throws `machine-state`, `ssh-unreachable`
 */
export async function placeOfPort(scope: Scope, machine: Machine, port: number): Promise<Place> {
  return await locked(machine, 'machine.ssh', () =>
    converse(scope, machine, 'engine', 'hostfwd_add', async (qmp) => {
      const open = await openPlace(qmp, port);
      if (open) return open;
      const [network] = await userNetworks(qmp);
      if (network === undefined) throw unreachable(machine, 'it has no user network');
      const said = await forwardPort(qmp, network, port);
      const opened = await openPlace(qmp, port);
      if (!opened) throw unreachable(machine, `QEMU opens no port for it (${said})`);
      return opened;
    }),
  );
}

async function openPlace(qmp: Qmp, port: number): Promise<Place | undefined> {
  const forwards = await openForwards(qmp);
  const found = forwards.find(({ protocol, guest }) => protocol === 'tcp' && guest === port);
  return found && { host: found.address === '0.0.0.0' ? '127.0.0.1' : found.address, port: found.host };
}

function unreachable({ name }: Machine, reason: string): VivariumError {
  return new VivariumError('ssh-unreachable', { name, reason });
}
