import type { Forward } from '../protocol/forward.ts';
import { Qmp } from '../qemu/qmp.ts';
import { openForwards } from '../qemu/user-network.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';

/** Milliseconds that a busy QEMU has to tell. */
const patience = 500;

/** The forwards with the ports that QEMU has chosen for those that say `auto`; as they are where it does not tell. */
export async function withOpenPorts(machine: Machine, forwards: Forward[]): Promise<Forward[]> {
  using qmp = await Qmp.connect(fileOf(machine, 'engine'), patience).catch(() => undefined);
  if (!qmp) return forwards;
  const open = await openForwards(qmp).catch(() => []);
  return forwards.map((forward) => {
    if (forward.host !== 'auto') return forward;
    const at = open.findIndex(({ protocol, address, guest }) => {
      return protocol === forward.protocol && address === forward.address && guest === forward.guest;
    });
    const [chosen] = at < 0 ? [] : open.splice(at, 1);
    return { ...forward, host: chosen?.host ?? 'auto' };
  });
}
