import { own } from '../../../base/own.ts';
import { type Disk, type Network, type Said, say, type Words } from '../said.ts';

/** What quickemu chooses by the kind of guest (its configure_cpu, configure_os_quirks, configure_display, vm_boot). */
export interface Guest {
  machine: 'q35' | 'pc';
  cpu: string | undefined;
  disk: NonNullable<Disk['interface']>;
  card: NonNullable<Network['model']>;
  vga: 'std' | 'virtio' | 'qxl';
  /** The guest takes the host's local time for the clock's. */
  localTime: boolean;
}

/**
 * @param os as `guest_os` says, in small letters
 * @param display as `display` says
 */
export function guestOf(os: string, display: string): Guest {
  const windows = os === 'windows' || os === 'windows-server';
  const virtio = /bsd$|^linux|^windows$|solaris$/.test(os);
  return {
    machine: /^(?:batocera|freedos|haiku|kolibrios|reactos|solaris)$/.test(os) ? 'pc' : 'q35',
    cpu: os === 'kolibrios' || os === 'reactos' ? 'qemu32' : undefined,
    disk: own(disks, os) ?? 'virtio',
    card: own(cards, os) ?? (virtio ? 'virtio' : 'rtl8139'),
    vga: windows ? windowsVga(display) : (vgas.find(([guest]) => guest.test(os))?.[1] ?? 'qxl'),
    localTime: windows || os === 'reactos' || os === 'freedos',
  };
}

const vgas: [os: RegExp, vga: Guest['vga']][] = [
  [/^linux$/, 'virtio'],
  [/bsd$|^linux_old$|^solaris$|^macos$/, 'std'],
];
const windowsVga = (display: string) => (/^(?:gtk|none|spice)$/.test(display) ? 'qxl' : 'virtio');
const disks: Record<string, Guest['disk']> = {
  'windows-server': 'ide',
  reactos: 'ide',
  kolibrios: 'sata',
  macos: 'sata',
};
const cards: Record<string, Guest['card']> = { 'windows-server': 'e1000', reactos: 'e1000' };

/** What the kind of guest alone makes of a machine. */
export function guestSays({ machine, cpu, vga, localTime }: Guest, os: string, from: Words): Said[] {
  const apple =
    'macOS needs OpenCore and an Apple SMC, which are not here: this machine will not boot it; keep quickemu for it';
  return say(
    from,
    machine !== 'q35' && { key: 'machine', value: machine },
    cpu !== undefined && { key: 'cpu', value: cpu },
    { key: 'vga', value: vga },
    localTime && { key: 'arguments', value: ['-rtc', 'base=localtime,driftfix=slew'] },
    os === 'macos' && { why: apple },
  );
}
