import * as z from 'zod/mini';
import { endless } from '../base/scope.ts';
import { forwardText, openForward } from './forward.ts';
import { hardwareFlags, networkFlag } from './hardware-flags.ts';
import { openSetting, openSettings } from './machine-spec.ts';
import { argument, flag, operation, remaining, verbatim } from './operation.ts';
import { seed } from './seed-values.ts';
import type { MachineUsage } from './usage.ts';
import {
  byteInput,
  duration,
  guestPath,
  imageName,
  name,
  packageName,
  path,
  sharedSize,
  size,
  userName,
} from './values.ts';
import type {
  CopyReport,
  ExecResult,
  Execution,
  ImportReport,
  MachineDetail,
  MachineState,
  MachineView,
  Picture,
  SshReach,
  StartReport,
  StopReport,
  Terminal,
  WaitReport,
} from './views.ts';

const machine = argument(name, 'the machine', 'NAME', { names: 'machine' });

const down: MachineState[] = ['stopped', 'failed'];
const startable: MachineState[] = [...down, 'suspended'];
const up: MachineState[] = ['starting', 'running', 'paused', 'stopping'];
const live: MachineState[] = ['running', 'paused'];
/** A guest that may run something for us. */
const reachable: MachineState[] = ['starting', 'running', 'stopping'];
const readable: MachineState[] = [...startable, ...up];

const user = z.string().check(z.regex(/^[\w.][\w.@$\\-]*$/, 'must be the name of a user'));

const program = () => ({
  name: machine,
  input: flag(z.optional(byteInput), 'pass standard input to it', { short: 'i' }),
  user: flag(
    z.optional(z.string().check(z.regex(/^[^-]/, 'must be a user'))),
    'as this user; root if not said',
    {
      placeholder: 'USER',
      short: 'u',
    },
  ),
  env: flag(
    z.optional(z.array(z.string().check(z.regex(/^[A-Za-z_]\w*=/, 'must be NAME=VALUE')))),
    'with NAME=VALUE in its environment; may be repeated',
    { placeholder: 'SETTING', short: 'e' },
  ),
  cwd: flag(z.optional(guestPath), "in this directory; the user's own if not said", { placeholder: 'DIR' }),
  command: verbatim(
    z.array(z.string()).check(z.minLength(1, 'is missing')),
    'the command and its arguments, as they are',
    'COMMAND',
  ),
});

const reachErrors = ['machine-state', 'agent-missing', 'agent-failed', 'machine-busy', 'timeout'] as const;

export const machineOperations = {
  'machine.list': operation<MachineView[]>()(
    () => ({ running: flag(z.optional(z.boolean()), 'only those whose QEMU runs') }),
    { summary: 'List the machines', access: 'read' },
  ),
  'machine.show': operation<MachineDetail>()(() => ({ name: machine }), {
    summary: 'Show all about a machine',
    access: 'read',
    errors: ['machine-not-found'],
  }),
  'machine.status': operation<MachineView>()(() => ({ name: machine }), {
    summary: 'Say how a machine is',
    access: 'read',
    errors: ['machine-not-found'],
  }),
  'machine.usage': operation<MachineUsage[]>()(
    () => ({
      name: argument(z.optional(name), 'the machine; all that run if not given', 'NAME', {
        names: 'machine',
      }),
    }),
    {
      summary: 'Say what CPU time and memory machines take',
      access: 'read',
      errors: ['machine-not-found'],
    },
  ),
  'machine.make': operation<MachineView>()(
    () => ({
      name: argument(name, 'the machine', 'NAME', { names: 'machine-to-be' }),
      iso: argument(z.optional(path), 'an ISO for the CD drive; it is booted once', 'ISO', {
        access: 'admin',
      }),
      boot: flag(z.optional(z.boolean()), 'boot it once when it is made; so it is with an ISO'),
      image: flag(z.optional(imageName), 'make it from this image', {
        placeholder: 'IMAGE',
        short: 'i',
        names: 'image',
      }),
      ...hardwareFlags(),
      wait: flag(z.optional(duration), 'how long the guest may take to power off', {
        placeholder: 'DURATION',
        short: 'w',
      }),
      template: flag(z.optional(z.array(name)), 'a template to use; may be repeated, or a,b', {
        placeholder: 'TEMPLATE',
        short: 't',
        commas: true,
        access: 'admin',
      }),
      log: flag(z.optional(size), 'the most that its log takes on disk', {
        placeholder: 'SIZE',
        access: 'admin',
      }),
      firmware: flag(z.optional(z.enum(['bios', 'uefi'])), 'bios or uefi', { placeholder: 'KIND' }),
      forward: flag(
        z.optional(z.array(forwardText)),
        'lead a port to the guest: HOST:GUEST, HOST may be auto; may be repeated',
        { placeholder: 'PORTS', short: 'f', access: 'admin', except: z.array(openForward) },
      ),
      network: networkFlag({ short: 'n' }),
      display: flag(z.optional(z.enum(['none', 'gtk', 'sdl', 'vnc'])), 'none, gtk, sdl or vnc', {
        placeholder: 'KIND',
        access: 'admin',
        except: z.enum(['none', 'vnc']),
      }),
      share: flag(z.optional(z.array(z.string())), 'share a directory: DIR[:TAG][:ro]; may be repeated', {
        placeholder: 'DIR',
        short: 's',
        access: 'admin',
      }),
      kernel: flag(z.optional(path), 'boot this kernel', { placeholder: 'FILE', access: 'admin' }),
      initrd: flag(z.optional(path), 'with this initramfs', { placeholder: 'FILE', access: 'admin' }),
      append: flag(z.optional(z.string()), 'with this kernel command line', { placeholder: 'TEXT' }),
      restart: flag(
        z.optional(z.enum(['always', 'on-crash', 'never'])),
        'what to do when QEMU ends by itself',
        { placeholder: 'POLICY' },
      ),
      hostname: flag(z.optional(seed.hostname), "the guest's name, told at its first boot", {
        placeholder: 'NAME',
      }),
      user: flag(z.optional(userName), 'who may log in and do all by sudo', {
        placeholder: 'NAME',
        short: 'u',
      }),
      password: flag(z.optional(seed.password), 'the password of the user at the console', {
        placeholder: 'TEXT',
      }),
      sshKey: flag(z.optional(z.array(path)), "a public key beside the machine's own; may be repeated", {
        placeholder: 'FILE',
        access: 'admin',
      }),
      package: flag(
        z.optional(z.array(packageName)),
        'a package to install at the first boot; may be repeated, or a,b',
        { placeholder: 'PACKAGE', short: 'p', commas: true },
      ),
      run: flag(z.optional(z.array(z.string())), 'a command to run at the first boot; may be repeated', {
        placeholder: 'COMMAND',
      }),
      userData: flag(z.optional(path), 'a whole user-data file instead of these', {
        placeholder: 'FILE',
        access: 'admin',
      }),
      autostart: flag(z.optional(z.boolean()), 'start it with vmd'),
    }),
    {
      summary: 'Make a machine',
      access: 'control',
      errors: [
        'name-invalid',
        'machine-exists',
        'image-not-found',
        'image-broken',
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
      name: argument(z.optional(name), 'the machine; if not given, it keeps its name', 'NAME', {
        names: 'machine-to-be',
      }),
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
  'machine.start': operation<StartReport>()(
    () => ({
      name: machine,
      cold: flag(z.optional(z.boolean()), 'boot a suspended machine, and give up where it was'),
    }),
    {
      summary: 'Start a machine, or have a suspended one go on',
      access: 'control',
      states: startable,
      errors: [
        'machine-state',
        'qemu-failed',
        'spec-invalid',
        'state-unfit',
        'state-broken',
        'resume-failed',
        'timeout',
      ],
    },
  ),
  'machine.boot': operation<StartReport>()(
    () => ({
      name: machine,
      arguments: verbatim(z.array(z.string()), "QEMU's arguments for this one time", 'ARGUMENT'),
    }),
    {
      summary: 'Boot a machine once, with more arguments for QEMU',
      states: down,
      errors: ['machine-state', 'qemu-failed'],
    },
  ),
  'machine.stop': operation<StopReport>()(
    () => ({ name: machine, now: flag(z.optional(z.boolean()), 'do not ask the guest: quit QEMU') }),
    {
      summary: 'Power off a machine: ask, wait, then insist',
      access: 'control',
      errors: ['timeout'],
      timeout: 3_600_000,
    },
  ),
  'machine.restart': operation<StartReport>()(
    () => ({ name: machine, now: flag(z.optional(z.boolean()), 'do not ask the guest: quit QEMU') }),
    {
      summary: 'Stop a machine and start it',
      access: 'control',
      errors: ['qemu-failed', 'timeout'],
      timeout: 3_600_000,
    },
  ),
  'machine.kill': operation<StopReport>()(() => ({ name: machine }), {
    summary: 'Kill QEMU at once, as a power cut does',
    access: 'control',
    errors: ['timeout'],
  }),
  'machine.pause': operation<MachineView>()(() => ({ name: machine }), {
    summary: 'Halt the CPUs of a machine',
    access: 'control',
    states: ['running'],
    errors: ['machine-state'],
  }),
  'machine.resume': operation<MachineView>()(() => ({ name: machine }), {
    summary: 'Let a paused machine go on',
    access: 'control',
    states: ['paused'],
    errors: ['machine-state'],
  }),
  'machine.remove': operation<{ name: string }>()(
    () => ({
      name: machine,
      force: flag(
        z.optional(z.boolean()),
        'also when it runs, or forks lie on its snapshots: kill it first',
        { short: 'f' },
      ),
    }),
    {
      summary: 'Remove a machine and its disks',
      access: 'control',
      errors: ['machine-state', 'machine-in-use'],
    },
  ),
  'machine.rename': operation<MachineView>()(
    () => ({ name: machine, to: argument(name, 'its new name', 'NEW', { names: 'machine-to-be' }) }),
    {
      summary: 'Give a machine another name',
      access: 'control',
      states: startable,
      errors: ['machine-state', 'machine-exists', 'name-invalid'],
    },
  ),
  'machine.set': operation<MachineView>()(
    () => ({
      name: machine,
      unset: flag(z.optional(z.array(z.string())), 'take this key away; may be repeated', {
        placeholder: 'KEY',
        access: 'admin',
        except: z.array(z.enum(openSettings)),
      }),
      changes: remaining(z.array(z.string()), 'KEY=VALUE, the key as in machine.yaml', 'KEY=VALUE', {
        access: 'admin',
        except: z.array(openSetting),
      }),
    }),
    {
      summary: 'Change settings in machine.yaml',
      access: 'control',
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
    {
      summary: 'Replace machine.yaml, if it is valid',
      errors: ['spec-invalid', 'spec-changed', 'machine-busy'],
    },
  ),
  'machine.autostart': operation<MachineView>()(
    () => ({ name: machine, state: argument(z.enum(['on', 'off']), 'on or off', 'on|off') }),
    { summary: 'Start a machine with vmd, or not', access: 'control' },
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
    { summary: 'Print what the console and QEMU have said', access: 'console', stream: 'output' },
  ),
  'machine.console': operation<Terminal>()(
    () => ({
      name: machine,
      scrollback: flag(z.optional(size), 'how much of what was printed before is shown first, if not 16K', {
        placeholder: 'SIZE',
      }),
      size: flag(
        z.optional(sharedSize),
        'columns and rows for which a console that is shared is drawn first; those of your terminal, or 80x24',
        { placeholder: 'COLUMNSxROWS' },
      ),
    }),
    {
      summary: 'Sit at the serial console',
      access: 'console',
      states: up,
      stream: 'duplex',
      errors: ['machine-state', 'console-missing', 'console-busy'],
    },
  ),
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
  'machine.screenshot': operation<Picture>()(
    () => ({
      name: machine,
      width: flag(
        z.optional(
          z.int().check(z.minimum(16, 'must be 16 to 16384'), z.maximum(16_384, 'must be 16 to 16384')),
        ),
        'make it smaller, so that it is at most N pixels wide',
        { placeholder: 'N' },
      ),
    }),
    {
      summary: 'Take a picture of the screen',
      states: live,
      access: 'console',
      looks: true,
      errors: ['machine-state', 'console-missing'],
    },
  ),
  'machine.screen': operation<Terminal>()(() => ({ name: machine }), {
    summary: 'Sit at the screen',
    states: up,
    stream: 'duplex',
    access: 'console',
    errors: ['machine-state', 'console-missing'],
  }),
  'machine.keys': operation<{ name: string; keys: number }>()(
    () => ({
      name: machine,
      keys: remaining(z.array(z.string()), 'keys pressed together, joined by -: ctrl-alt-delete', 'KEYS'),
    }),
    {
      summary: "Press keys on the machine's keyboard",
      access: 'console',
      states: live,
      errors: ['machine-state', 'key-unknown'],
    },
  ),
  'machine.type': operation<{ name: string; keys: number }>()(
    () => ({ name: machine, text: argument(z.string(), 'what to type (US layout)', 'TEXT') }),
    {
      summary: "Type text on the machine's keyboard",
      access: 'console',
      states: live,
      errors: ['machine-state', 'key-unknown'],
      timeout: 600_000,
    },
  ),
  'machine.exec': operation<ExecResult>()(program, {
    summary: 'Run a command in the guest, by its agent',
    access: 'console',
    states: reachable,
    errors: reachErrors,
    timeout: endless,
  }),
  'machine.spawn': operation<Execution>()(program, {
    summary: 'Run a command in the guest and follow what it writes',
    access: 'console',
    states: reachable,
    stream: 'output',
    errors: reachErrors,
  }),
  'machine.ssh': operation<SshReach>()(
    () => ({
      name: machine,
      user: flag(z.optional(user), "as this user; else as machine.yaml's seed or the image says, else root", {
        placeholder: 'USER',
        short: 'l',
      }),
      port: flag(
        z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
        "the guest's port; 22 if not said",
        {
          placeholder: 'PORT',
          short: 'p',
        },
      ),
      command: verbatim(
        z.optional(z.array(z.string())),
        'a command for the guest, or first options of ssh itself: -L 8080:localhost:80',
        'COMMAND',
      ),
    }),
    {
      summary: 'Log in to the guest by ssh, or run a command so',
      states: reachable,
      errors: ['machine-state', 'machine-ended', 'ssh-unreachable', 'tool-missing', 'timeout'],
      timeout: 120_000,
    },
  ),
  'machine.copy': operation<CopyReport>()(
    () => ({
      from: remaining(
        z.array(z.string().check(z.minLength(1))),
        'files and directories, of the host or as NAME:PATH of a guest; the last is where to',
        'PATH',
      ),
      to: flag(z.optional(z.string().check(z.minLength(1))), 'where to, in place of the last PATH', {
        placeholder: 'PATH',
        short: 't',
      }),
      user: flag(z.optional(user), 'as this user of the guest', { placeholder: 'USER', short: 'l' }),
    }),
    {
      summary: 'Copy files into a guest or out of it',
      states: reachable,
      errors: [
        'machine-state',
        'parameter-invalid',
        'file-missing',
        'file-unwritable',
        'copy-failed',
        'command-failed',
        'machine-ended',
        'agent-missing',
        'agent-failed',
        'tool-missing',
        'timeout',
      ],
      timeout: endless,
    },
  ),
  'machine.wait': operation<WaitReport>()(
    () => ({
      name: machine,
      for: flag(
        z._default(
          z
            .string()
            .check(z.regex(/^(boot|ssh|agent|console:.+)$/s, 'must be boot, ssh, agent or console:REGEX')),
          'boot',
        ),
        'boot (if not said), ssh, agent, or console:REGEX for a line of the console since its start',
        { placeholder: 'WHAT' },
      ),
    }),
    {
      summary: 'Wait until something is there in the guest',
      access: 'console',
      states: reachable,
      errors: ['machine-state', 'machine-ended', 'ssh-unreachable', 'parameter-invalid', 'timeout'],
      timeout: 300_000,
    },
  ),
};
