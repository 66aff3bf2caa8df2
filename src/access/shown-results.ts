import type { ResultOf } from '../protocol/operation.ts';
import type { OperationName, Operations } from '../protocol/operations.ts';
import type { ForkReport } from '../protocol/views.ts';
import { pick } from './pick.ts';
import { shownChanges } from './shown-events.ts';
import { imageDetail, imageView } from './shown-images.ts';
import { diskView, machineDetail, machineView, startReport } from './shown-machines.ts';
import { snapshotDetail, snapshotView } from './shown-snapshots.ts';
import { shownLog, shownTerminal } from './shown-streams.ts';
import type { View } from './view.ts';

const forkReport = (report: ForkReport): ForkReport => ({
  ...pick(report, 'from', 'pause', 'took'),
  forks: report.forks.map((it) => pick(it, 'name', 'pid', 'forwards', 'took')),
});

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
  'machine.fork': forkReport,
  'machine.launch': forkReport,
  'machine.logs': (text, { veil }) => shownLog(text, veil),
  'machine.console': (terminal, { veil }) => shownTerminal(terminal, veil),
  'machine.screen': (terminal) => terminal,
  'machine.usage': (usages, view) =>
    usages
      .filter(({ name }) => view.machine(name))
      .map((it) => pick(it, 'name', 'pid', 'cpu', 'resident', 'memory', 'read', 'written', 'at')),
  'host.events': shownChanges,
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
