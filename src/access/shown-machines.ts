import { isAbsolute } from 'node:path';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import type { DiskView, MachineDetail, MachineView, StartReport } from '../protocol/views.ts';
import { hidden } from './host-paths.ts';
import { pick } from './pick.ts';
import type { View } from './view.ts';

export function machineView(machine: MachineView, { veil, machine: seen }: View): MachineView {
  const { from } = machine;
  return {
    ...pick(machine, 'name', 'state', 'pid', 'uptime', 'cpus', 'memory'),
    ...pick(machine, 'forwards', 'autostart', 'runitVm', 'unsupervised'),
    ...(from !== undefined && seen(from.split('@')[0] ?? '') && { from }),
    ...reasonOf(machine, veil.host),
  };
}

export function machineDetail(machine: MachineDetail, view: View): MachineDetail {
  const { spec, accelerator } = machine;
  return {
    ...machineView(machine, view),
    ...pick(machine, 'templates', 'snapshots', 'ephemeral'),
    ...(accelerator && { accelerator: shownAccelerator(accelerator, view) }),
    ...(spec && { spec: specView(spec, view) }),
    directory: '',
    sockets: {},
  };
}

/** Without files of the host, arguments of QEMU, and what is for the guest alone: passwords, keys, commands. */
function specView(spec: MachineSpec, { image }: View): MachineSpec {
  const { disks, seed } = spec;
  return {
    ...pick(
      spec,
      'version',
      'cpus',
      'memory',
      'machine',
      'cpu',
      'firmware',
      'accelerator',
      'append',
      'networks',
    ),
    ...pick(spec, 'display', 'vga', 'agent', 'job', 'restart', 'stopWait', 'log'),
    ...(spec.image !== undefined && image(spec.image) && { image: spec.image }),
    ...(seed && { seed: { ...pick(seed, 'hostname', 'user', 'packages'), keys: [], commands: [] } }),
    disks: disks.map((it) => ({ ...pick(it, 'format', 'interface', 'readonly'), file: ownFile(it.file) })),
    shares: [],
    arguments: [],
  };
}

/** A file of a machine's own directory by its name; others are the host's. */
export const ownFile = (file: string): string => (isAbsolute(file) || file.includes('/') ? hidden : file);

export function startReport(report: StartReport, view: View): StartReport {
  const { accelerator } = report;
  return {
    ...pick(report, 'name', 'pid', 'resumed', 'took'),
    accelerator: accelerator && shownAccelerator(accelerator, view),
  };
}

const shownAccelerator = ({ name, reason }: { name: string; reason: string }, { veil }: View) => ({
  name,
  reason: veil.host(reason),
});

export function diskView({ file, below, ...disk }: DiskView, { image }: View): DiskView {
  return {
    ...pick(disk, 'number', 'format', 'interface', 'readonly', 'size', 'allocated'),
    file: ownFile(file),
    ...(below !== undefined && !below.includes('/') && image(below) && { below }),
  };
}

/** Why something is broken, or failed, without paths of the host. */
export const reasonOf = ({ reason }: { reason?: string }, change: (text: string) => string) =>
  reason === undefined ? {} : { reason: change(reason) };
