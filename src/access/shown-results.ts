import { isAbsolute } from 'node:path';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import type { ResultOf } from '../protocol/operation.ts';
import type { OperationName, Operations } from '../protocol/operations.ts';
import type {
  DiskView,
  ImageDetail,
  ImageView,
  MachineDetail,
  MachineView,
  SnapshotDetail,
  SnapshotView,
  StartReport,
} from '../protocol/views.ts';
import { hidden } from './host-paths.ts';
import { shownLog, shownTerminal } from './shown-streams.ts';
import type { View } from './view.ts';

type Shown = {
  [Name in OperationName]?: (result: ResultOf<Operations[Name]>, view: View) => ResultOf<Operations[Name]>;
};

/**
 * What somebody who is not the administrator sees of results: of each what is named here, and nothing that is added
 * to it later. An operation that is missing is the administrator's alone, whatever the table of operations says.
 */
export const shownResults: Shown = {
  'machine.list': (machines, view) =>
    machines.filter(({ name }) => view.machine(name)).map((it) => machineView(it, view)),
  'machine.show': machineDetail,
  'machine.status': machineView,
  'machine.make': machineView,
  'machine.start': startReport,
  'machine.stop': (report) => pick(report, 'name', 'steps'),
  'machine.restart': startReport,
  'machine.kill': (report) => pick(report, 'name', 'steps'),
  'machine.pause': machineView,
  'machine.resume': machineView,
  'machine.suspend': (report) => pick(report, 'name', 'bytes', 'took'),
  'machine.remove': (removed) => pick(removed, 'name'),
  'machine.rename': machineView,
  'machine.set': machineView,
  'machine.autostart': machineView,
  'machine.fork': (report) => ({
    ...pick(report, 'from', 'pause', 'took'),
    forks: report.forks.map((it) => pick(it, 'name', 'pid', 'forwards', 'took')),
  }),
  'machine.logs': (text, { veil }) => shownLog(text, veil),
  'machine.console': (terminal, { veil }) => shownTerminal(terminal, veil),
  'machine.screenshot': (picture) => pick(picture, 'png', 'width', 'height'),
  'machine.keys': (pressed) => pick(pressed, 'name', 'keys'),
  'machine.type': (pressed) => pick(pressed, 'name', 'keys'),
  'machine.exec': (ended) => pick(ended, 'code', 'signal', 'stdout', 'stderr'),
  'machine.spawn': (execution) => pick(execution, 'output', 'end'),
  'machine.wait': (report) => pick(report, 'name', 'for', 'seen', 'took'),
  'snapshot.create': snapshotView,
  'snapshot.list': (snapshots, view) =>
    snapshots.filter(({ machine }) => view.machine(machine)).map((it) => snapshotView(it, view)),
  'snapshot.show': snapshotDetail,
  'snapshot.remove': (removed) => pick(removed, 'name', 'snapshot', 'freed'),
  'snapshot.restore': startReport,
  'snapshot.verify': (verified, { veil }) =>
    verified.map(({ problems, ...it }) => ({
      ...pick(it, 'machine', 'name', 'state', 'files'),
      problems: problems.map(veil.host),
    })),
  'disk.list': (disks, view) => disks.map((it) => diskView(it, view)),
  'disk.add': diskView,
  'disk.remove': diskView,
  'disk.resize': diskView,
  'image.list': (images, view) =>
    images.filter(({ name }) => view.image(name)).map((it) => imageView(it, view)),
  'image.show': imageDetail,
  'image.catalogue': (offered) => offered.map((it) => pick(it, 'name', 'about', 'kind', 'user', 'from')),
};

function machineView(machine: MachineView, { veil }: View): MachineView {
  return {
    ...pick(machine, 'name', 'state', 'pid', 'uptime', 'cpus', 'memory'),
    ...pick(machine, 'forwards', 'autostart', 'runitVm', 'unsupervised'),
    ...reasonOf(machine, veil.host),
  };
}

function machineDetail(machine: MachineDetail, view: View): MachineDetail {
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
const ownFile = (file: string): string => (isAbsolute(file) || file.includes('/') ? hidden : file);

function startReport(report: StartReport, view: View): StartReport {
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

function snapshotView(snapshot: SnapshotView, { machine, veil }: View): SnapshotView {
  return {
    ...pick(snapshot, 'machine', 'name', 'state', 'made', 'memory', 'bytes', 'disks', 'pause'),
    ...reasonOf(snapshot, veil.host),
    usedBy: snapshot.usedBy.filter((it) => machine(it.split('@')[0] as string)),
  };
}

function snapshotDetail(snapshot: SnapshotDetail, view: View): SnapshotDetail {
  const { needs, layers } = snapshot;
  return {
    ...snapshotView(snapshot, view),
    ...(needs && { needs: { ...pick(needs, 'qemu', 'machine', 'accelerator'), argv: [] } }),
    directory: '',
    layers: layers.map((it) => ({
      ...pick(it, 'number', 'size', 'allocated'),
      file: ownFile(it.file),
      path: '',
      below: [],
    })),
  };
}

function diskView({ file, below, ...disk }: DiskView, { image }: View): DiskView {
  return {
    ...pick(disk, 'number', 'format', 'interface', 'readonly', 'size', 'allocated'),
    file: ownFile(file),
    ...(below !== undefined && !below.includes('/') && image(below) && { below }),
  };
}

function imageView({ source, ...shown }: ImageView, view: View): ImageView {
  const said = source?.includes('/') && !/^https?:/.test(source) ? undefined : source;
  return { ...imageFacts(shown, view), ...(said !== undefined && { source: said }) };
}

function imageFacts(
  { usedBy, ...image }: Omit<ImageView, 'source'>,
  { machine, veil }: View,
): Omit<ImageView, 'source'> {
  return {
    ...pick(image, 'name', 'state', 'kind', 'bytes', 'made'),
    ...reasonOf(image, veil.host),
    usedBy: usedBy.filter(machine),
  };
}

function imageDetail(image: ImageDetail, view: View): ImageDetail {
  const { file: _, ...source } = image.source ?? {};
  return {
    ...imageFacts(image, view),
    ...pick(image, 'format', 'minimum', 'size', 'user', 'seed', 'append'),
    ...(image.source && { source }),
    directory: '',
    files: image.files.map((it) => pick(it, 'role', 'file', 'bytes', 'sha256')),
  };
}

const reasonOf = ({ reason }: { reason?: string }, change: (text: string) => string) =>
  reason === undefined ? {} : { reason: change(reason) };

/** These of an object's keys, as far as it has them. */
function pick<Whole extends object, Key extends keyof Whole>(whole: Whole, ...keys: Key[]): Pick<Whole, Key> {
  const there = keys.filter((key) => Object.hasOwn(whole, key));
  return Object.fromEntries(there.map((key) => [key, whole[key]])) as Pick<Whole, Key>;
}
