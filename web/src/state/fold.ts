import type { Change, MachineView, TaskView } from '../engine.ts';

/** What vmd has told so far. */
export interface World {
  /** By name, in the order of their names; undefined before the first word. */
  machines: ReadonlyMap<string, MachineView> | undefined;
  /** When each was told of, in milliseconds since 1970: a machine's uptime counts on from there. */
  heard: ReadonlyMap<string, number>;
  /** Long work of anybody, by its id. */
  tasks: ReadonlyMap<string, TaskView>;
  /** Count up when there are others than before: who shows them asks again. */
  images: number;
  snapshots: number;
}

export const nothing: World = {
  machines: undefined,
  heard: new Map(),
  tasks: new Map(),
  images: 0,
  snapshots: 0,
};

/** The world after a change. @param now milliseconds since 1970 */
export function fold(world: World, change: Change, now: number): World {
  switch (change.kind) {
    case 'machines':
      return {
        machines: sorted(change.machines),
        heard: new Map(change.machines.map(({ name }) => [name, now])),
        tasks: new Map(),
        images: world.images + 1,
        snapshots: world.snapshots + 1,
      };
    case 'machine': {
      const { machine } = change;
      const machines = sorted([...others(world, machine.name), machine]);
      return { ...world, machines, heard: new Map(world.heard).set(machine.name, now) };
    }
    case 'machine-gone':
      return { ...world, machines: sorted(others(world, change.name)) };
    case 'images':
      return { ...world, images: world.images + 1 };
    case 'snapshots':
      return { ...world, snapshots: world.snapshots + 1 };
    case 'task': {
      const { kind: _, ...task } = change;
      return { ...world, tasks: new Map(world.tasks).set(task.id, task) };
    }
  }
}

const others = (world: World, name: string): MachineView[] =>
  [...(world.machines?.values() ?? [])].filter((machine) => machine.name !== name);

const byName = new Intl.Collator('en', { numeric: true });

function sorted(machines: MachineView[]): Map<string, MachineView> {
  const ordered = machines.sort((a, b) => byName.compare(a.name, b.name));
  return new Map(ordered.map((machine) => [machine.name, machine]));
}
