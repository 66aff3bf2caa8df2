import { dirname, resolve } from 'node:path';
import { own } from '../../base/own.ts';
import { parseSize } from '../../base/sizes.ts';
import { foreignArguments } from './foreign-arguments.ts';
import { lacks } from './lacks.ts';
import { type Conf, readConf } from './quickemu/conf.ts';
import { type Guest, guestOf, guestSays } from './quickemu/guests.ts';
import { networkOf } from './quickemu/network.ts';
import { always, quickemuOnly } from './quickemu/settings.ts';
import { type Found, type Said, say, type Words } from './said.ts';

/** What a .conf leaves to the host and the moment. */
export interface Surroundings {
  /** The directory of the .conf: there quickemu is run, and finds its files. */
  directory: string;
  /** The name of the .conf without its ending. */
  name: string;
  /** What the .conf may use: HOME, USER. */
  env: Record<string, string | undefined>;
  /** CPUs of the host, and its bytes of memory. */
  host: { processor: string; cpus: number; memory: number };
  /** Ports of the host that lead to other machines. */
  taken: ReadonlySet<number>;
  /** Makes the error for a text that describes no machine for this host; `problem` completes "it …". */
  fail: (problem: string) => Error;
}

/**
 * Reads a .conf of quickemu as version 4.9 does (quickemu_conf(5), and the script itself for what a .conf does not
 * say). Pure.
 * @throws what `fail` makes
 */
export function readQuickemu(text: string, around: Surroundings): Found {
  const conf = readConf(text, around.env);
  if (!essential.some((key) => conf.variables.has(key)))
    throw around.fail(`sets none of ${essential.join(', ')}, as every .conf of quickemu does`);
  if (around.host.processor !== 'x86_64')
    throw around.fail(`describes a machine for x86_64, and this host is ${around.host.processor}`);
  const settings = settingsOf(conf);
  const os = settings.value('guest_os').toLowerCase() || 'linux';
  const guest = guestOf(os, settings.value('display'));
  const said = [
    ...guestSays(guest, os, settings.words('guest_os')),
    ...power(settings, around),
    ...drives(settings, around, guest, os),
    ...network(settings, around, guest),
    ...screen(settings),
    ...sharing(settings, around),
    ...foreignArguments(
      settings.value('extra_args').split(/\s+/).filter(Boolean), // as bash splits it there: quotes are letters
      settings.words('extra_args'),
    ),
    ...settings.rest(),
    ...conf.left,
    { what: 'what quickemu adds by itself', why: always },
  ];
  return { name: around.name, said };
}

const essential = ['guest_os', 'disk_img', 'iso', 'img'];

interface Settings {
  /** Empty where it is not set. */
  value(key: string): string;
  values(key: string): string[];
  /** The words of those of these settings that are there; else that the first is not. */
  words(...keys: string[]): Words;
  /** Those that nobody has asked for. */
  rest(): Said[];
}

function settingsOf({ variables, used }: Conf): Settings {
  const asked = new Set<string>();
  const get = (key: string) => {
    asked.add(key);
    return variables.get(key);
  };
  return {
    value: (key) => get(key)?.values[0] ?? '',
    values: (key) => get(key)?.values ?? [],
    words: (...keys) => {
      const set = keys.flatMap((key) => get(key) ?? []);
      const line = set[0]?.line;
      return { what: set.map(({ what }) => what).join(' ') || `${keys[0]}, which is not said`, line };
    },
    rest: () =>
      [...variables].flatMap(([key, { what, line, values }]) => {
        const only = own(quickemuOnly, key);
        const nothing = ['', ...(only?.nothing ?? [])].includes(values[0] ?? '');
        const why = only?.why ?? 'is no setting of quickemu that is known here';
        return asked.has(key) || used.has(key) || nothing ? [] : [{ what, line, why }];
      }),
  };
}

/** What the host has at least, and what quickemu then gives: CPUs, and memory in gigabytes. */
const coresByHost: [least: number, cores: number][] = [
  [32, 16],
  [16, 8],
  [8, 4],
  [4, 2],
  [0, 1],
];
const ramByHost: [least: number, ram: number][] = [
  [128, 32],
  [64, 16],
  [16, 8],
  [8, 4],
  [0, 2],
];

const given = (by: [number, number][], host: number): number => by.find(([least]) => host >= least)?.[1] ?? 1;

function power(settings: Settings, { host }: Surroundings): Said[] {
  const cores = settings.value('cpu_cores');
  const cpus = cores === '' ? given(coresByHost, host.cpus) : Number(cores);
  const ram = settings.value('ram') || `${given(ramByHost, host.memory / 1e9)}G`;
  return [
    ...say(settings.words('cpu_cores'), { key: 'cpus', value: cpus }),
    ...say(settings.words('ram'), { key: 'memory', value: /^\d+$/.test(ram) ? `${ram}M` : ram }),
  ];
}

function drives(settings: Settings, around: Surroundings, guest: Guest, os: string): Said[] {
  const path = (key: string) => settings.value(key) && resolve(around.directory, settings.value(key));
  const file = path('disk_img') || resolve(around.directory, 'disk.qcow2');
  const format = (settings.value('disk_format') || 'qcow2') as 'qcow2'; // checked with all that is taken over
  const size = parseSize(settings.value('disk_size') || '16G');
  const [iso, fixed, floppy] = [path('iso'), path('fixed_iso'), path('floppy')];
  return [
    ...(os === 'batocera' ? bootDisk(settings, path('img'), guest) : []),
    ...say(settings.words('disk_img', 'disk_size', 'disk_format'), {
      key: 'disks',
      value: { file, format, interface: guest.disk },
      size,
    }),
    // quickemu leaves `iso` out once the disk is in use; here the disk is booted before it.
    ...say(settings.words('iso'), iso !== '' && { key: 'cdrom', value: iso }),
    ...say(settings.words('fixed_iso'), fixed !== '' && { key: 'cdrom', value: fixed }),
    ...say(settings.words('floppy'), floppy !== '' && { key: 'floppy', value: floppy }),
    ...firmware(settings, dirname(file), around.name),
  ];
}

/** Batocera boots from a medium of its own, for good. */
function bootDisk(settings: Settings, file: string, guest: Guest): Said[] {
  const value = { file, format: 'raw', interface: guest.disk } as const;
  return say(settings.words('img'), file !== '' && { key: 'disks', value });
}

/** @param beside the directory of the disk, where quickemu keeps the variables */
function firmware(settings: Settings, beside: string, name: string): Said[] {
  const uefi = (settings.value('boot').toLowerCase() || 'efi').includes('efi');
  const files = [`${name}-vars.fd`, 'OVMF_VARS_4M.fd', 'OVMF_VARS.fd'].map((file) => resolve(beside, file));
  return [
    ...say(settings.words('boot'), { key: 'firmware', value: uefi ? 'uefi' : 'bios' }),
    ...say({ what: 'the UEFI variables' }, uefi && { key: 'uefiVariables', value: files }),
  ];
}

function network(settings: Settings, { taken }: Surroundings, { card }: Guest): Said[] {
  const wanted = {
    network: settings.value('bridge') || settings.value('network'), // `bridge` is of version 4.0 and before
    ssh: settings.value('ssh_port'),
    forwards: settings.values('port_forwards'),
    mac: settings.value('macaddr'),
    model: card,
  };
  const words = settings.words('network', 'bridge', 'macaddr', 'ssh_port', 'port_forwards');
  return networkOf(wanted, words, taken);
}

function screen(settings: Settings): Said[] {
  const display = settings.value('display');
  const words = settings.words('display');
  if (display === '') return [];
  if (display === 'none' || display === 'sdl' || display === 'gtk')
    return say(words, { key: 'display', value: display });
  const why = display.startsWith('spice')
    ? lacks.spice
    : 'there is no such display here: none, gtk, sdl or vnc';
  return say(words, display.startsWith('spice') && { key: 'display', value: 'vnc' }, { why });
}

/** Devices of the host and the directory that the guest is given. */
function sharing(settings: Settings, { directory, env }: Surroundings): Said[] {
  const path = settings.value('public_dir');
  const value = { path: resolve(directory, path), tag: `Public-${(env.USER ?? 'me').toLowerCase()}` };
  const usb = settings.values('usb_devices').map((device) => {
    const [vendor, product] = device.split(':');
    return `-device, "usb-host,vendorid=0x${vendor},productid=0x${product}"`;
  });
  const why = `the guest has no device of the host unless asked for: put -device, qemu-xhci, ${usb.join(', ')} into arguments`;
  return [
    ...say(settings.words('public_dir'), path !== '' && path !== 'none' && { key: 'shares', value }),
    ...say(settings.words('usb_devices'), usb.length > 0 && { why }),
  ];
}
