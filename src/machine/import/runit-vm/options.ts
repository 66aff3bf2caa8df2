import { posix } from 'node:path';
import { own } from '../../../base/own.ts';
import { parseForward } from '../../../protocol/forward.ts';
import { readOption } from '../../../qemu/option.ts';
import { cpusOf } from '../../summary.ts';
import type { Fate, Network } from '../said.ts';

/** Network cards whose two halves, -netdev and -device, are met one after the other. */
type Netdevs = Map<string, Network>;

/** What the value of an option means; undefined where not all of it has a meaning in machine.yaml. */
type Meaning = (value: string, netdevs: Netdevs) => Fate[] | undefined;

/**
 * What QEMU's arguments mean in machine.yaml.
 * @returns undefined where one of them means nothing there
 */
export function understand(words: readonly string[]): Fate[] | undefined {
  const fates: Fate[] = [];
  const netdevs: Netdevs = new Map();
  for (let at = 0; at < words.length; at++) {
    const name = (words[at] as string).replace(/^--/, '-');
    const flag = own(flags, name);
    const meaning = own(options, name);
    const value = words[at + 1];
    const meant = flag ?? (value === undefined ? undefined : meaning?.(value, netdevs));
    if (!meant) return undefined;
    fates.push(...meant);
    if (!flag) at++;
  }
  return netdevs.size === 0 ? fates : undefined; // a network without its card
}

const kvm: Fate = { as: 'accelerator: auto, which takes KVM where it works' };

const flags: Record<string, Fate[] | undefined> = { '-enable-kvm': [kvm] };

const options: Record<string, Meaning> = {
  '-m': (value) => (/^\d+[KMGT]?$/i.test(value) ? [{ key: 'memory', value: sizeOf(value) }] : undefined),
  '-smp': (value) =>
    readOption(value).every(
      ([key, count]) => /^(?:cpus|sockets|cores|threads|\d+)$/.test(key) && count !== '',
    )
      ? [{ key: 'cpus', value: cpusOf(['-smp', value]) }]
      : undefined,
  '-cpu': (value) =>
    value === 'host' ? [{ as: "the host's own CPU, where KVM works" }] : [{ key: 'cpu', value }],
  '-accel': (value) =>
    value === 'kvm' ? [kvm] : value === 'tcg' ? [{ key: 'accelerator', value }] : undefined,
  '-machine': machine,
  '-M': machine,
  '-drive': drive,
  '-cdrom': (value) => [{ key: 'cdrom', value }],
  '-kernel': (value) => [{ key: 'kernel', value }],
  '-initrd': (value) => [{ key: 'initrd', value }],
  '-append': (value) => [{ key: 'append', value }],
  '-display': (value) =>
    value === 'none' || value === 'sdl' || value === 'gtk' ? [{ key: 'display', value }] : undefined,
  '-vga': (value) =>
    value === 'none' || value === 'std' || value === 'qxl' || value === 'virtio'
      ? [{ key: 'vga', value }]
      : undefined,
  '-netdev': (value, netdevs) => {
    const pairs = readOption(value);
    const id = pairs.find(([key]) => key === 'id')?.[1];
    const network = userNetwork(pairs.filter(([key]) => key !== 'id'));
    if (!network || id === undefined) return undefined;
    netdevs.set(id, network);
    return [];
  },
  '-device': (value, netdevs) => {
    const [[model = ''] = [], ...pairs] = readOption(value);
    const { netdev = '', mac, ...more } = Object.fromEntries(pairs);
    const card = own(cards, model);
    const network = netdevs.get(netdev);
    if (!card || !network || Object.keys(more).length > 0) return undefined;
    netdevs.delete(netdev);
    return [{ key: 'networks', value: { ...network, model: card, ...(mac !== undefined && { mac }) } }];
  },
};

/** Whether some of QEMU's arguments name a machine type. */
export function namesType(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      /^--?(?:machine|M)$/.test(word) && typeOf(readOption(words[index + 1] ?? '')) !== undefined,
  );
}

const typeOf = ([first, ...rest]: [string, string | undefined][]): string | undefined =>
  first?.[1] === undefined ? first?.[0] : [first, ...rest].find(([key]) => key === 'type')?.[1];

function machine(value: string): Fate[] | undefined {
  const pairs = readOption(value);
  const type = typeOf(pairs);
  const rest = pairs.filter(([key, said]) => said !== undefined && key !== 'type');
  if (!rest.every(([key, said]) => key === 'accel' && said === 'kvm')) return undefined;
  return [
    ...(type === undefined ? [] : [{ key: 'machine', value: type } as const]),
    ...(rest.length > 0 ? [kvm] : []),
  ];
}

const cards: Record<string, NonNullable<Network['model']>> = {
  'virtio-net-pci': 'virtio',
  'virtio-net': 'virtio',
  e1000: 'e1000',
  e1000e: 'e1000e',
  rtl8139: 'rtl8139',
};

/** A network of the kind `user`, of which only the forwards are said. */
function userNetwork([kind, ...pairs]: [string, string | undefined][]): Network | undefined {
  const forwards = pairs.map(([key, rule = '']) => {
    const [, protocol, address, host, guest] =
      /^(tcp|udp)?:([\d.]*):(\d+)-[\d.]*:(\d+)$/.exec(key === 'hostfwd' ? rule : '') ?? [];
    const text = `${protocol === 'udp' ? 'udp:' : ''}${address || '0.0.0.0'}:${host}:${guest}`;
    return parseForward(text) ? text : undefined;
  });
  if (kind?.[0] !== 'user' || !forwards.every((it) => it !== undefined)) return undefined;
  return { mode: 'user', ...(forwards.length > 0 && { forwards }) };
}

/** A bare number is in MiB. */
const sizeOf = (value: string): string => (/^\d+$/.test(value) ? `${value}M` : value);

function drive(value: string): Fate[] | undefined {
  const {
    file = '',
    format,
    media = 'disk',
    if: how = 'ide',
    ...more
  } = Object.fromEntries(readOption(value));
  const known = format ?? (file.endsWith('.qcow2') ? 'qcow2' : undefined);
  if (file === '' || Object.keys(more).length > 0) return undefined;
  if (media === 'cdrom') return [{ key: 'cdrom', value: file }];
  if (media !== 'disk' || (known !== 'qcow2' && known !== 'raw') || (how !== 'ide' && how !== 'virtio'))
    return undefined;
  return [{ key: 'disks', value: { file: posix.normalize(file), format: known, interface: how } }];
}
