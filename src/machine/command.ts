import { basename } from 'node:path';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import type { Accelerator } from '../qemu/accelerator.ts';
import { agent } from '../qemu/devices/agent.ts';
import { board } from '../qemu/devices/board.ts';
import { cdrom } from '../qemu/devices/cdrom.ts';
import { disk } from '../qemu/devices/disk.ts';
import { display, screenSocket } from '../qemu/devices/display.ts';
import { uefi } from '../qemu/devices/firmware.ts';
import { generation } from '../qemu/devices/generation.ts';
import { graphics } from '../qemu/devices/graphics.ts';
import { idePlace } from '../qemu/devices/ide.ts';
import { incoming } from '../qemu/devices/incoming.ts';
import { job } from '../qemu/devices/job.ts';
import { type Kernel, kernel } from '../qemu/devices/kernel.ts';
import { memory, memoryFrom, openMemory } from '../qemu/devices/memory.ts';
import { network } from '../qemu/devices/network.ts';
import { accelerator, processor, processors } from '../qemu/devices/processor.ts';
import { randomness } from '../qemu/devices/randomness.ts';
import { bare, sandbox } from '../qemu/devices/safety.ts';
import { seedDisk } from '../qemu/devices/seed.ts';
import { share } from '../qemu/devices/share.ts';
import { monitor, qmp, serialConsole } from '../qemu/devices/sockets.ts';
import { machineFiles } from './files.ts';
import type { TemplateArguments } from './templates.ts';

/** Some of QEMU's arguments, and what made them: an error of QEMU is led back to its source by this. */
export interface Part {
  /** `machine.yaml: memory`, `templates/kvm`, or vivarium itself. */
  source: string;
  args: string[];
  /** Left out where a template or `arguments` has one of these options, which say the same. */
  unless?: string[];
}

/** What a command line is made from, all of it looked up. */
export interface Ingredients {
  name: string;
  /** Absent where runit-vm made the machine: then its templates are all there is. */
  spec: MachineSpec | undefined;
  templates: TemplateArguments[];
  accelerator: Accelerator;
  /** The kernel to boot directly, from the spec or its image. */
  kernel: (Kernel & { source: string }) | undefined;
  uefi: { code: string } | undefined;
  /** It has a CD with what the guest is told at its first boot. */
  seeded: boolean;
  /** The state that it goes on from, instead of booting. */
  resumed?: { board: string; memory: { file: string; bytes: number } } | undefined;
}

/** QEMU's whole command line in parts, without the program. Pure. */
export function composeCommand(of: Ingredients): Part[] {
  const own = of.templates.map(({ source, args }): Part => ({ source, args }));
  if (of.spec && of.spec.arguments.length > 0) {
    own.push({ source: 'machine.yaml: arguments', args: of.spec.arguments });
  }
  const said = new Set(own.flatMap(({ args }) => optionsIn(args)));
  const made = [...identity(of.name), ...(of.spec ? devices(of, of.spec) : []), ...connections(of.spec)];
  const kept = made.filter(({ unless = [] }) => !unless.some((option) => said.has(option)));
  return [...kept, ...own, ...resumption(of.resumed)];
}

/** The options that somebody's own arguments have, and whether they bring memory, as `unless` names them. */
function optionsIn(args: readonly string[]): string[] {
  const names = args.map((arg) => arg.replace(/^--/, '-'));
  return names.flatMap((name, index) => {
    if (/^memory-backend-|\bmemory-backend=/.test(name)) return 'memory-backend';
    if (name !== '-machine' && name !== '-M') return name;
    // It may name no type, but properties alone (QEMU joins several -machine), and the accelerator among them.
    const properties = (args[index + 1] ?? '').split(',');
    const named = properties.some(
      (it, place) => it.startsWith('type=') || (place === 0 && !it.includes('=')),
    );
    const accelerator = properties.some((it) => it.startsWith('accel='));
    return [...(named ? [name] : []), ...(accelerator ? ['-accel'] : [])];
  });
}

function identity(name: string): Part[] {
  return [{ source: 'vivarium', args: ['-name', name], unless: ['-name'] }];
}

function devices(of: Ingredients, spec: MachineSpec): Part[] {
  const from = (key: string, args: string[], unless: string[] = []): Part => ({
    source: `machine.yaml: ${key}`,
    args,
    unless,
  });
  const ownAccelerator = ['-accel', '-enable-kvm'];
  // A CD with no IDE disk of ours before it is QEMU's to place: a template may have disks of its own there.
  let ide = 0;
  const nextIde = () => idePlace(spec.machine, ide++);
  return [
    { source: 'vivarium', args: bare() },
    { source: 'vivarium', args: sandbox(), unless: ['-sandbox'] },
    from('machine', board(spec.machine), ['-machine', '-M']),
    from('accelerator', accelerator(of.accelerator), ownAccelerator),
    from('cpu', processor(of.accelerator, spec.cpu), ['-cpu', ...(spec.cpu ? [] : ownAccelerator)]),
    from('cpus', processors(spec.cpus), ['-smp']),
    from('memory', memory(spec.memory), ['-m']),
    ...(of.resumed ? [] : [from('memory', openMemory(spec.memory), ['-m', '-numa', 'memory-backend'])]),
    ...(of.uefi ? [from('firmware', uefi(of.uefi.code, machineFiles.uefiVariables), ['-bios'])] : []),
    ...(of.kernel ? [{ source: of.kernel.source, args: kernel(of.kernel), unless: ['-kernel'] }] : []),
    ...spec.disks.map((it, index) =>
      from(`disks.${index}`, disk(it, index, it.interface === 'ide' ? nextIde() : undefined)),
    ),
    ...(of.seeded ? [from('seed', seedDisk(machineFiles.seed))] : []),
    ...(spec.cdrom === undefined ? [] : [from('cdrom', cdrom(spec.cdrom, ide > 0 ? nextIde() : undefined))]),
    ...spec.networks.map((it, index) => from(`networks.${index}`, network(it, index, !of.kernel))),
    from('vga', graphics(spec.vga), ['-vga', '-nographic']),
    from('display', display(spec.display, machineFiles.vnc), ['-display', '-nographic', '-vnc']),
    ...(hasScreenSocket(spec)
      ? [
          {
            source: 'vivarium',
            args: screenSocket(machineFiles.vnc),
            unless: ['-vga', '-nographic', '-display', '-vnc'],
          },
        ]
      : []),
    ...spec.shares.map((it, index) => from(`shares.${index} (${basename(it.path)})`, share(it, index))),
    ...(spec.agent ? [from('agent', agent(machineFiles.agent))] : []),
    ...(spec.job ? [from('job', job(jobSockets))] : []),
    { source: 'vivarium', args: randomness() },
    ...(hasAcpi(spec.machine)
      ? [{ source: 'vivarium', args: generation(), unless: ['-machine', '-M'] }]
      : []),
  ];
}

/** With `display: vnc` it is the display already. */
const hasScreenSocket = ({ vga, display }: MachineSpec): boolean => vga !== 'none' && display !== 'vnc';

/** Behind all others: of several boards the last one counts. */
function resumption(resumed: Ingredients['resumed']): Part[] {
  if (!resumed) return [];
  const { board, memory } = resumed;
  return [{ source: 'suspended', args: [...memoryFrom(memory.file, memory.bytes), ...incoming(board)] }];
}

/** The boards that tell their guests of devices in the way that a generation is told. */
const hasAcpi = (board: string): boolean => /^(?:pc|q35)(?:-|$)/.test(board);

const { jobIn, jobOut, jobErr, jobStatus } = machineFiles;
const jobSockets = { in: jobIn, out: jobOut, err: jobErr, status: jobStatus };

/** The sockets by which a machine is reached. A runit-vm machine has its own idea of a serial port. */
function connections(spec: MachineSpec | undefined): Part[] {
  return [
    { source: 'vivarium', args: monitor(machineFiles.monitor) },
    { source: 'vivarium', args: qmp('qmp', machineFiles.qmp) },
    { source: 'vivarium', args: qmp('engine', machineFiles.engine) },
    {
      source: 'vivarium',
      args: serialConsole(machineFiles.console),
      unless: spec ? [] : ['-serial', '-nographic'],
    },
  ];
}
