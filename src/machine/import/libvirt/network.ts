import { type Network, say } from '../said.ts';
import type { Readers } from './reader.ts';
import { attribute, child, children, type Element } from './xml.ts';

/** Network cards: all are behind the host here. */
export const networkReaders: Readers = {
  'devices/interface': (element, index) => {
    const type = attribute(element, 'type');
    const source = child(element, 'source');
    const behind = ['network', 'bridge', 'dev'].map((it) => attribute(source, it)).find((it) => it !== '');
    const named = { ...element, what: `${element.what} ${behind ?? ''}`.trim() };
    if (type === 'hostdev') return say(named, { why: 'the guest is given no card of the host' });
    const wanted = attribute(child(element, 'model'), 'type') || 'rtl8139';
    const model = wanted.startsWith('virtio') ? 'virtio' : models.find((it) => it === wanted);
    const mac = attribute(child(element, 'mac'), 'address');
    const forwards = children(element, 'portForward').flatMap(forwardsOf);
    const lead = `'networks[${index}].forwards=["2222:22"]'`;
    return say(
      named,
      {
        key: 'networks',
        value: {
          mode: 'user',
          model: model ?? 'e1000',
          ...(mac !== '' && { mac }),
          ...(forwards.length > 0 && { forwards }),
        },
      },
      !model && { why: `there is no card ${wanted} here: it is an e1000` },
      type !== 'user' && {
        why: `the card has a network of its own behind the host: the guest reaches out, and in leads only a forward: vm set NAME ${lead}`,
      },
      attribute(child(element, 'link'), 'state') === 'down' && { why: 'the cable is plugged in here' },
      index === 0 && child(element, 'address') !== undefined && { why: slots },
      ...['filterref', 'bandwidth', 'vlan', 'mtu']
        .filter((it) => child(element, it) !== undefined)
        .map((it) => ({ why: `${it} is not there for a network of this kind` })),
    );
  },
};

const slots =
  'the card sits in another slot here: a guest that calls it by that (enp1s0) has to be told its new name; see: vm console NAME';

const models: NonNullable<Network['model']>[] = ['e1000', 'e1000e', 'rtl8139'];

/** The forwards of passt: ranges of ports, on one address of the host or on this host alone. */
function forwardsOf(element: Element): string[] {
  const protocol = attribute(element, 'proto') === 'udp' ? 'udp:' : '';
  const address = attribute(element, 'address');
  const at = /^\d+(?:\.\d+){3}$/.test(address) ? `${address}:` : '';
  return children(element, 'range').flatMap((range) => {
    const [start, end, to] = ['start', 'end', 'to'].map((it) => Number(attribute(range, it)));
    if (!start || attribute(range, 'exclude') === 'yes') return [];
    const count = Math.min(Math.max(1, (end || start) - start + 1), 100);
    return Array.from(
      { length: count },
      (_, port) => `${protocol}${at}${start + port}:${(to || start) + port}`,
    );
  });
}
