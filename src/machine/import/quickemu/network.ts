import { parseForward } from '../../../protocol/forward.ts';
import { network as networkArguments } from '../../../qemu/devices/network.ts';
import { type Network, type Said, say, type Words } from '../said.ts';

/** What a .conf says of the network. */
export interface Wanted {
  /** Empty, `none`, `restrict`, or the name of a bridge. */
  network: string;
  ssh: string;
  /** HOST:GUEST, each for TCP and UDP. */
  forwards: string[];
  mac: string;
  model: NonNullable<Network['model']>;
}

/**
 * The network that quickemu would have made.
 * @param from the words of all settings that have a part in it
 * @param taken ports of the host that others have: quickemu looks for a free one for SSH
 */
export function networkOf(wanted: Wanted, from: Words, taken: ReadonlySet<number>): Said[] {
  const { network, model, mac, ssh } = wanted;
  if (network === 'none') return say(from, { as: 'no network card' });
  const asked = [`${ssh || freePort(taken)}:22`, ...wanted.forwards];
  const isForward = (text: string) => parseForward(text) !== undefined;
  const wrong = asked.filter((it) => !isForward(it));
  const both = [...asked, ...wanted.forwards.map((it) => `udp:${it}`)];
  const forwards = [...new Set(both)].filter(isForward);
  const card = { model, ...(mac !== '' && { mac }), forwards };
  const said = say(
    from,
    network === 'restrict'
      ? { key: 'arguments', value: restricted(card) }
      : { key: 'networks', value: { mode: 'user', ...card } },
    { why: open },
  );
  if (network !== '' && network !== 'restrict')
    said.push({ ...from, what: `the bridge ${network}`, why: bridged });
  const why = 'is no forward of the form HOST:GUEST';
  return [...said, ...wrong.map((what) => ({ ...from, what, why }))];
}

const bridged =
  'there are no bridges here: the machine has a network of its own behind the host, which only forwards lead into';
const open =
  'quickemu opens its ports to everybody who reaches this host; here they are open to this host alone. For all, put 0.0.0.0: before a forward: vm edit NAME';

/** quickemu takes the first of these that is free when it starts. */
function freePort(taken: ReadonlySet<number>): number {
  const ports = Array.from({ length: 10 }, (_, index) => 22_220 + index);
  return ports.find((port) => !taken.has(port)) ?? 22_220;
}

/** A network that leads nowhere but through the forwards; networks of machine.yaml cannot say that. */
function restricted({ model, mac, forwards }: { model: Wanted['model']; mac?: string; forwards: string[] }) {
  const read = forwards.flatMap((it) => parseForward(it) ?? []);
  const [flag = '', netdev = '', ...card] = networkArguments({ model, mac, forwards: read }, 0, true);
  return [flag, `${netdev},restrict=on`, ...card];
}
