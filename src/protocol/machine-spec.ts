import * as z from 'zod/mini';
import { forward } from './forward.ts';
import { seed } from './seed-values.ts';
import { duration, imageName, memorySize, packageName, path, size, userName } from './values.ts';

/** The version of machine.yaml that this code writes. */
export const specVersion = 1;

const about = (text: string) => z.meta({ description: text });

const disk = z.strictObject({
  file: path.check(about("The disk's file, relative to the machine's directory, or a device of the host.")),
  format: z
    ._default(z.enum(['qcow2', 'raw']), 'qcow2')
    .check(about('Its format; never guessed from the content.')),
  interface: z
    ._default(z.enum(['virtio', 'scsi', 'sata', 'ide', 'nvme']), 'virtio')
    .check(about('How the guest sees it.')),
  readonly: z._default(z.boolean(), false).check(about('The guest may not write to it.')),
});

const network = z.strictObject({
  mode: z._default(z.enum(['user']), 'user').check(about('user: behind the host, as an ordinary user may.')),
  model: z
    ._default(z.enum(['virtio', 'e1000', 'e1000e', 'rtl8139']), 'virtio')
    .check(about('The network card.')),
  mac: z
    .optional(
      z
        .string()
        .check(z.regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, 'must be an address such as 52:54:00:12:34:56')),
    )
    .check(about('Its address.')),
  forwards: z
    ._default(z.array(forward), [])
    .check(about('Ports of the host that lead to the guest: [udp:][ADDRESS:]HOST:GUEST.')),
});

const share = z.strictObject({
  path: path.check(about('A directory of the host.')),
  tag: z
    .string()
    .check(z.regex(/^[A-Za-z0-9._-]{1,31}$/, 'must be 1 to 31 letters, digits and . _ -'))
    .check(about('The name under which the guest mounts it (9p).')),
  readonly: z._default(z.boolean(), false).check(about('The guest may not write to it.')),
  ownership: z
    .optional(z.enum(['mapped', 'host']))
    .check(
      about(
        "mapped, if not said: owners and modes that the guest sets are kept beside the files. host: they are the files' own; without being root, QEMU then runs as the root of a user namespace.",
      ),
    ),
});

const firstBoot = z.strictObject({
  hostname: z.optional(seed.hostname).check(about("The guest's name; the machine's own if not said.")),
  user: z
    .optional(userName)
    .check(about("Who may log in and do all by sudo; the image's usual user if not said.")),
  password: z
    .optional(seed.password)
    .check(
      about('Password of the user at the console, as it is or as mkpasswd prints it; none if not said.'),
    ),
  keys: z
    ._default(z.array(seed.key), [])
    .check(about("Public ssh keys of the user, beside the machine's own.")),
  packages: z._default(z.array(packageName), []).check(about('Packages to install at the first boot.')),
  commands: z
    ._default(z.array(z.string()), [])
    .check(about('Shell commands to run at the end of the first boot, as root.')),
  userData: z
    .optional(path)
    .check(about('A whole user-data file instead; all else here but the host name is then left out.')),
});

/** machine.yaml, version 1. Every key has a default; what is absent is not written. */
export const machineSpec = z.strictObject({
  version: z.literal(specVersion).check(about('The version of this file.')),
  image: z
    .optional(imageName)
    .check(
      about('The image that it was made from: its kernel is booted, or its disk lies below the first disk.'),
    ),
  cpus: z._default(z.int().check(z.minimum(1), z.maximum(512)), 1).check(about('Virtual CPUs.')),
  memory: z._default(memorySize, 2 ** 30).check(about('Memory, as 512M or 2G; 1G if not said.')),
  machine: z
    ._default(z.string().check(z.regex(/^[A-Za-z0-9._-]+$/, 'must be a machine type such as q35')), 'q35')
    .check(about("QEMU's machine type: q35, pc, microvm.")),
  cpu: z
    .optional(z.string().check(z.regex(/^[A-Za-z0-9._,=+-]+$/, 'must be a CPU model such as max or host')))
    .check(about("QEMU's CPU model; the host's own with KVM, else what software emulation does best.")),
  firmware: z
    ._default(z.enum(['bios', 'uefi']), 'bios')
    .check(about("bios or uefi; uefi keeps its variables in the machine's uefi-vars.fd.")),
  accelerator: z
    ._default(z.enum(['auto', 'kvm', 'tcg']), 'auto')
    .check(about('auto takes KVM where a probe has shown that it works, else tcg.')),
  disks: z._default(z.array(disk), []).check(about('Disks, in the order in which they are booted.')),
  cdrom: z.optional(path).check(about('An ISO in the CD drive; booted when no disk boots.')),
  kernel: z.optional(path).check(about('A kernel to boot directly (ELF or bzImage).')),
  initrd: z.optional(path).check(about('Its initramfs.')),
  append: z.optional(z.string()).check(about("Its command line; replaces the image's.")),
  networks: z._default(z.array(network), []).check(about('Network cards.')),
  display: z
    ._default(z.enum(['none', 'gtk', 'sdl', 'vnc']), 'none')
    .check(
      about(
        'Where the screen is shown; vm screen shows it anyhow. With all but none the guest has a tablet.',
      ),
    ),
  vga: z
    ._default(z.enum(['none', 'std', 'virtio', 'qxl']), 'std')
    .check(about('The graphics card; none has no screen at all.')),
  shares: z._default(z.array(share), []).check(about('Directories of the host that the guest may mount.')),
  agent: z
    ._default(z.boolean(), true)
    .check(about('A channel to the guest agent, where the guest runs one.')),
  job: z
    ._default(z.boolean(), false)
    .check(about('Channels to a command that is the only job of the guest (vm run -- COMMAND).')),
  cartridge: z
    .optional(path)
    .check(about('The directory of the cartridge that it was started for; vm eject stops it.')),
  seed: z.optional(firstBoot).check(about('What the guest is told at its first boot (cloud-init, NoCloud).')),
  restart: z
    ._default(z.enum(['always', 'on-crash', 'never']), 'on-crash')
    .check(about('What the supervisor does when QEMU ends by itself.')),
  stopWait: z
    .optional(duration)
    .check(about('How long the guest may take to power off; else what the file wait says, else 60s.')),
  log: z
    ._default(z.pipe(size, z.number().check(z.minimum(2 ** 16, 'must be at least 64K'))), 16 * 2 ** 20)
    .check(about('The most that the log of console and QEMU takes on disk; 16M if not said.')),
  arguments: z._default(z.array(z.string()), []).check(about('More arguments for QEMU, an item each.')),
});

/**
 * The settings that may be changed, within their limits, by those who may not reach the host through a machine: each
 * is of the guest alone.
 */
export const openSettings = [
  'cpus',
  'memory',
  'restart',
  'stopWait',
  'firmware',
  'accelerator',
  'vga',
  'display',
  'agent',
  'append',
  'seed.hostname',
  'seed.user',
  'seed.password',
] as const;

/** `KEY=VALUE` of one of them; a screen is shown on no window of the host, and a network can only be taken away. */
export const openSetting = z
  .string()
  .check(
    z.refine(
      (text) =>
        text === 'networks=[]' ||
        (openSettings.some((key) => text.startsWith(`${key}=`)) && !/^display=(?!none$|vnc$)/.test(text)),
      `must be one of ${openSettings.join(', ')}`,
    ),
  );

/** A whole spec: bytes, milliseconds, defaults filled in. */
export type MachineSpec = z.output<typeof machineSpec>;

/** A spec as it is written: sizes as `2G`, durations as `60s`, what is absent left out. */
export type WrittenSpec = z.input<typeof machineSpec>;
