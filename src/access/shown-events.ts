import type { Change, TaskView } from '../protocol/events.ts';
import { pick } from './pick.ts';
import { machineView } from './shown-machines.ts';
import type { View } from './view.ts';

/** The changes of what there is for somebody. */
export async function* shownChanges(changes: AsyncIterable<Change>, view: View): AsyncGenerator<Change> {
  for await (const change of changes) {
    const shown = shownChange(change, view);
    if (shown) yield shown;
  }
}

function shownChange(change: Change, view: View): Change | undefined {
  const { kind } = change;
  switch (kind) {
    case 'machines': {
      const theirs = change.machines.filter(({ name }) => view.machine(name));
      return { kind, machines: theirs.map((it) => machineView(it, view)) };
    }
    case 'machine':
      return view.machine(change.machine.name)
        ? { kind, machine: machineView(change.machine, view) }
        : undefined;
    case 'machine-gone':
    case 'snapshots':
      return view.machine(change.name) ? { kind, name: change.name } : undefined;
    case 'images':
      return { kind };
    case 'task':
      return isTheirs(change, view) ? { kind, ...shownTask(change, view) } : undefined;
  }
}

/** Where all that it is about is theirs; of what is about something else there is nothing for them. */
function isTheirs({ machines = [], images = [] }: TaskView, { machine, image }: View): boolean {
  return machines.length + images.length > 0 && machines.every(machine) && images.every(image);
}

function shownTask(task: TaskView, { veil }: View): TaskView {
  const { step, error } = task;
  return {
    ...pick(task, 'id', 'operation', 'subject', 'machines', 'images', 'state', 'done', 'of'),
    ...(step !== undefined && { step: veil.host(step) }),
    ...(error !== undefined && { error: veil.host(error) }),
  };
}
