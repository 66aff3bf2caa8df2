import type { MachineView, SnapshotView } from '../engine.ts';

/** A machine with the snapshots that were taken of it, and the forks that lie on each. */
export interface Kin {
  name: string;
  /** Absent where it cannot be seen, or is gone and its snapshot is still needed. */
  machine: MachineView | undefined;
  snapshots: Kept[];
}

export interface Kept {
  snapshot: SnapshotView;
  forks: Kin[];
}

/**
 * Who lies on whom: the machines that lie on nobody's snapshot, with all that lies on theirs. A fork of a fork lies on
 * the snapshots of both; it stands below the nearest, which is the one whose own machine lies on the others.
 */
export function family(machines: readonly MachineView[], snapshots: readonly SnapshotView[]): Kin[] {
  const byName = new Map(machines.map((machine) => [machine.name, machine]));
  const names = new Set([...byName.keys(), ...snapshots.map(({ machine }) => machine)]);
  const below = new Map(
    [...names].map((name) => [name, snapshots.filter(({ usedBy }) => usedBy.includes(name))]),
  );
  const depth = (name: string, seen: ReadonlySet<string> = new Set()): number => {
    if (seen.has(name)) return 0;
    const on = below.get(name) ?? [];
    return on.length === 0
      ? 0
      : 1 + Math.max(...on.map(({ machine }) => depth(machine, new Set([...seen, name]))));
  };
  const parent = new Map([...names].map((name) => [name, nearest(below.get(name) ?? [], depth)]));
  const kin = (name: string, above: ReadonlySet<string>): Kin => ({
    name,
    machine: byName.get(name),
    snapshots: inOrder(snapshots.filter(({ machine }) => machine === name)).map((snapshot) => ({
      snapshot,
      forks: [...names]
        .filter((other) => parent.get(other) === snapshot && !above.has(other))
        .sort()
        .map((other) => kin(other, new Set([...above, name]))),
    })),
  });
  return [...names]
    .filter((name) => parent.get(name) === undefined)
    .sort()
    .map((name) => kin(name, new Set()));
}

/** Of the snapshots that a machine lies on, the one that lies on most of the others; the newest of one machine. */
function nearest(on: SnapshotView[], depth: (name: string) => number): SnapshotView | undefined {
  return inOrder(on)
    .sort((a, b) => depth(a.machine) - depth(b.machine))
    .at(-1);
}

const inOrder = (snapshots: readonly SnapshotView[]): SnapshotView[] =>
  [...snapshots].sort((a, b) => (a.made ?? '').localeCompare(b.made ?? '') || a.name.localeCompare(b.name));

/** The one of the families in which a machine stands. */
export function familyOf(name: string, families: readonly Kin[]): Kin | undefined {
  const holds = (kin: Kin): boolean =>
    kin.name === name || kin.snapshots.some(({ forks }) => forks.some(holds));
  return families.find(holds);
}

/** A line of the tree, and what is drawn before it: for each step of depth, whether a branch goes on there. */
export type Branch = { lines: boolean[]; last: boolean } & (
  | { kind: 'machine'; kin: Kin }
  | { kind: 'snapshot'; snapshot: SnapshotView; forks: number }
);

/** A family as lines from the top down. */
export function branches(kin: Kin, lines: boolean[] = [], last = true): Branch[] {
  const here: Branch = { kind: 'machine', kin, lines, last };
  const deeper = [...lines, !last];
  return [
    here,
    ...kin.snapshots.flatMap(({ snapshot, forks }, at): Branch[] => {
      const lastHere = at === kin.snapshots.length - 1;
      return [
        { kind: 'snapshot', snapshot, forks: forks.length, lines: deeper, last: lastHere },
        ...forks.flatMap((fork, nth) => branches(fork, [...deeper, !lastHere], nth === forks.length - 1)),
      ];
    }),
  ];
}
