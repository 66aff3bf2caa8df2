import * as z from 'zod/mini';
import { forwardText } from './forward.ts';
import { argument, flag, operation, remaining } from './operation.ts';
import { duration, imageName, memorySize, name, path, size } from './values.ts';
import type {
  ImportReport,
  MachineDetail,
  MachineState,
  MachineView,
  Picture,
  StartReport,
  StopReport,
  Terminal,
} from './views.ts';

const machine = argument(name, 'the machine', 'NAME');

const down: MachineState[] = ['stopped', 'failed'];
const up: MachineState[] = ['starting', 'running', 'paused', 'stopping'];
const live: MachineState[] = ['running', 'paused'];
const readable: MachineState[] = [...down, ...up];

export const machineOperations = {
  'machine.list': operation<MachineView[]>()(
    () => ({ running: flag(z.optional(z.boolean()), 'only those whose QEMU runs') }),
    { summary: 'List the machines' },
  ),
  'machine.show': operation<MachineDetail>()(() => ({ name: machine }), {
    summary: 'Show all about a machine',
    errors: ['machine-not-found'],
  }),
  'machine.status': operation<MachineView>()(() => ({ name: machine }), {
    summary: 'Say how a machine is',
    errors: ['machine-not-found'],
  }),
  'machine.make': operation<MachineView>()(
    () => ({
      name: machine,
      iso: argument(z.optional(path), 'an ISO for the CD drive; it is booted once', 'ISO'),
      boot: flag(z.optional(z.boolean()), 'boot it once when it is made; so it is with an ISO'),
      image: flag(z.optional(imageName), 'boot the kernel of this image', {
        placeholder: 'IMAGE',
        short: 'i',
      }),
      cpus: flag(z.optional(z.int().check(z.minimum(1), z.maximum(512))), 'virtual CPUs', {
        placeholder: 'N',
        short: 'c',
      }),
      memory: flag(z.optional(memorySize), 'memory', { placeholder: 'SIZE', short: 'm' }),
      disk: flag(
        z.optional(z.union([z.literal('none'), size], 'must be none, or a size such as 20G')),
        'size of an empty disk, or none',
        {
          placeholder: 'SIZE',
          short: 'd',
        },
      ),
      wait: flag(z.optional(duration), 'how long the guest may take to power off', {
        placeholder: 'DURATION',
        short: 'w',
      }),
      template: flag(z.optional(z.array(name)), 'a template to use; may be repeated, or a,b', {
        placeholder: 'TEMPLATE',
        short: 't',
        commas: true,
      }),
      log: flag(z.optional(size), 'the most that its log takes on disk', { placeholder: 'SIZE' }),
      firmware: flag(z.optional(z.enum(['bios', 'uefi'])), 'bios or uefi', { placeholder: 'KIND' }),
      forward: flag(
        z.optional(z.array(forwardText)),
        'lead a port to the guest: HOST:GUEST; may be repeated',
        { placeholder: 'PORTS', short: 'f' },
      ),
      network: flag(z.optional(z.enum(['user', 'none'])), 'user or none', {
        placeholder: 'KIND',
        short: 'n',
      }),
      display: flag(z.optional(z.enum(['none', 'gtk', 'sdl', 'vnc'])), 'none, gtk, sdl or vnc', {
        placeholder: 'KIND',
      }),
      share: flag(z.optional(z.array(z.string())), 'share a directory: DIR[:TAG][:ro]; may be repeated', {
        placeholder: 'DIR',
        short: 's',
      }),
      kernel: flag(z.optional(path), 'boot this kernel', { placeholder: 'FILE' }),
      initrd: flag(z.optional(path), 'with this initramfs', { placeholder: 'FILE' }),
      append: flag(z.optional(z.string()), 'with this kernel command line', { placeholder: 'TEXT' }),
      restart: flag(
        z.optional(z.enum(['always', 'on-crash', 'never'])),
        'what to do when QEMU ends by itself',
        { placeholder: 'POLICY' },
      ),
      autostart: flag(z.optional(z.boolean()), 'start it with vmd'),
    }),
    {
      summary: 'Make a machine',
      errors: [
        'name-invalid',
        'machine-exists',
        'image-not-found',
        'template-not-found',
        'file-missing',
        'disk-full',
        'setting-invalid',
      ],
      timeout: 60_000,
    },
  ),
  'machine.import': operation<ImportReport>()(
    () => ({
      from: argument(
        z.enum(['quickemu', 'libvirt', 'runit-vm']),
        'what made it: quickemu, libvirt or runit-vm',
        'SOURCE',
      ),
      file: argument(path, 'its .conf, its XML (virsh dumpxml), or its directory', 'FILE'),
      name: argument(z.optional(name), 'the machine; if not given, it keeps its name', 'NAME'),
      copy: flag(
        z.optional(z.boolean()),
        "copy its disks, which else are used where they are; runit-vm's always are",
      ),
      move: flag(z.optional(z.boolean()), 'move its disks, or the whole directory of runit-vm'),
    }),
    {
      summary: 'Take over a machine of quickemu, libvirt or runit-vm',
      errors: [
        'import-invalid',
        'file-missing',
        'name-invalid',
        'machine-exists',
        'machine-state',
        'machine-busy',
        'disk-busy',
        'disk-full',
      ],
      timeout: 3_600_000,
    },
  ),
  'machine.start': operation<StartReport>()(() => ({ name: machine }), {
    summary: 'Start a machine',
    states: down,
    errors: ['machine-state', 'qemu-failed', 'spec-invalid', 'timeout'],
  }),
  'machine.boot': operation<StartReport>()(
    () => ({
      name: machine,
      arguments: remaining(z.array(z.string()), "QEMU's arguments for this one time", 'ARGUMENT'),
    }),
    {
      summary: 'Boot a machine once, with more arguments for QEMU',
      states: down,
      errors: ['machine-state', 'qemu-failed'],
    },
  ),
  'machine.stop': operation<StopReport>()(
    () => ({ name: machine, now: flag(z.optional(z.boolean()), 'do not ask the guest: quit QEMU') }),
    { summary: 'Power off a machine: ask, wait, then insist', errors: ['timeout'], timeout: 3_600_000 },
  ),
  'machine.restart': operation<StartReport>()(
    () => ({ name: machine, now: flag(z.optional(z.boolean()), 'do not ask the guest: quit QEMU') }),
    { summary: 'Stop a machine and start it', errors: ['qemu-failed', 'timeout'], timeout: 3_600_000 },
  ),
  'machine.kill': operation<StopReport>()(() => ({ name: machine }), {
    summary: 'Kill QEMU at once, as a power cut does',
    errors: ['timeout'],
  }),
  'machine.pause': operation<MachineView>()(() => ({ name: machine }), {
    summary: 'Halt the CPUs of a machine',
    states: ['running'],
    errors: ['machine-state'],
  }),
  'machine.resume': operation<MachineView>()(() => ({ name: machine }), {
    summary: 'Let a paused machine go on',
    states: ['paused'],
    errors: ['machine-state'],
  }),
  'machine.remove': operation<{ name: string }>()(
    () => ({
      name: machine,
      force: flag(z.optional(z.boolean()), 'also when it runs: kill it first', { short: 'f' }),
    }),
    { summary: 'Remove a machine and its disks', errors: ['machine-state'] },
  ),
  'machine.rename': operation<MachineView>()(
    () => ({ name: machine, to: argument(name, 'its new name', 'NEW') }),
    {
      summary: 'Give a machine another name',
      states: down,
      errors: ['machine-state', 'machine-exists', 'name-invalid'],
    },
  ),
  'machine.set': operation<MachineView>()(
    () => ({
      name: machine,
      unset: flag(z.optional(z.array(z.string())), 'take this key away; may be repeated', {
        placeholder: 'KEY',
      }),
      changes: remaining(z.array(z.string()), 'KEY=VALUE, the key as in machine.yaml', 'KEY=VALUE'),
    }),
    {
      summary: 'Change settings in machine.yaml',
      states: readable,
      errors: ['machine-state', 'spec-invalid', 'parameter-invalid'],
    },
  ),
  'machine.read': operation<{ file: string; text: string }>()(() => ({ name: machine }), {
    summary: 'The text of machine.yaml',
  }),
  'machine.write': operation<MachineView>()(
    () => ({
      name: machine,
      text: argument(z.string(), 'the whole file', 'TEXT'),
      was: flag(z.optional(z.string()), 'the text that it replaces'),
    }),
    { summary: 'Replace machine.yaml, if it is valid', errors: ['spec-invalid', 'machine-busy'] },
  ),
  'machine.autostart': operation<MachineView>()(
    () => ({ name: machine, state: argument(z.enum(['on', 'off']), 'on or off', 'on|off') }),
    { summary: 'Start a machine with vmd, or not' },
  ),
  'machine.sv': operation<{ name: string; said: string }>()(
    () => ({
      command: argument(
        z.enum(['up', 'down', 'once', 'restart', 'status', 'term', 'kill', 'pause', 'cont', 'exit']),
        'as of sv(8): up, down, once, restart, status, term, kill, pause, cont or exit',
        'COMMAND',
      ),
      name: machine,
    }),
    {
      summary: "Command a machine's supervisor, as runit's sv does",
      errors: ['machine-state', 'qemu-failed', 'timeout'],
      timeout: 3_600_000,
    },
  ),
  'machine.logs': operation<AsyncIterable<string>>()(
    () => ({
      name: machine,
      lines: flag(z.optional(z.int().check(z.minimum(0))), 'only the last N lines', {
        placeholder: 'N',
        short: 'n',
      }),
      follow: flag(z.optional(z.boolean()), 'go on as it is written', { short: 'f' }),
    }),
    { summary: 'Print what the console and QEMU have said', stream: 'output' },
  ),
  'machine.console': operation<Terminal>()(() => ({ name: machine }), {
    summary: 'Sit at the serial console',
    states: up,
    stream: 'duplex',
    errors: ['machine-state', 'console-missing', 'console-busy'],
  }),
  'machine.monitor': operation<Terminal>()(() => ({ name: machine }), {
    summary: "Talk to QEMU's monitor",
    states: up,
    stream: 'duplex',
    errors: ['machine-state', 'console-missing', 'console-busy'],
  }),
  'machine.qmp': operation<unknown>()(
    () => ({
      name: machine,
      command: argument(z.string(), 'the QMP command', 'COMMAND'),
      arguments: argument(z.optional(z.record(z.string(), z.unknown())), 'its arguments as JSON', 'JSON'),
    }),
    { summary: 'Run a QMP command', states: up, errors: ['machine-state', 'qmp-failed', 'qmp-closed'] },
  ),
  'machine.screenshot': operation<Picture>()(() => ({ name: machine }), {
    summary: 'Take a picture of the screen',
    states: live,
    errors: ['machine-state', 'console-missing'],
  }),
  'machine.keys': operation<{ name: string; keys: number }>()(
    () => ({
      name: machine,
      keys: remaining(z.array(z.string()), 'keys pressed together, joined by -: ctrl-alt-delete', 'KEYS'),
    }),
    {
      summary: "Press keys on the machine's keyboard",
      states: live,
      errors: ['machine-state', 'key-unknown'],
    },
  ),
  'machine.type': operation<{ name: string; keys: number }>()(
    () => ({ name: machine, text: argument(z.string(), 'what to type (US layout)', 'TEXT') }),
    {
      summary: "Type text on the machine's keyboard",
      states: live,
      errors: ['machine-state', 'key-unknown'],
      timeout: 600_000,
    },
  ),
};
