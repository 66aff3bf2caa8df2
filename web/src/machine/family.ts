import type { MachineView, SnapshotView } from '../engine.ts';

/** A machine with the snapshots that were taken of it, and the forks that were made of each and of itself. */
export interface Kin {
  name: string;
  /** Absent where it cannot be seen, or is gone and its snapshot is still needed. */
  machine: MachineView | undefined;
  snapshots: Kept[];
  /** Forks of the machine as it ran, or of a snapshot that is gone. */
  forks: Kin[];
}

export interface Kept {
  snapshot: SnapshotView;
  forks: Kin[];
}

/** Who was forked of whom: the machines that are nobody's fork, or whose source is gone, with all that comes of them. */
export function family(machines: readonly MachineView[], snapshots: readonly SnapshotView[]): Kin[] {
  const byName = new Map(machines.map((machine) => [machine.name, machine]));
  const names = [...new Set([...byName.keys(), ...snapshots.map(({ machine }) => machine)])].sort();
  const kept = new Set(snapshots.map(subjectOf));
  /** The snapshot or the machine below which one stands. */
  const parent = (name: string): string | undefined => {
    const { from = '' } = byName.get(name) ?? {};
    const [source = ''] = from.split('@');
    return kept.has(from) ? from : names.includes(source) && source !== name ? source : undefined;
  };
  const kin = (name: string, above: ReadonlySet<string>): Kin => {
    const seen = new Set([...above, name]);
    const forksOf = (subject: string) =>
      names.filter((other) => parent(other) === subject && !seen.has(other)).map((other) => kin(other, seen));
    return {
      name,
      machine: byName.get(name),
      snapshots: inOrder(snapshots.filter(({ machine }) => machine === name)).map((snapshot) => ({
        snapshot,
        forks: forksOf(subjectOf(snapshot)),
      })),
      forks: forksOf(name),
    };
  };
  return names.filter((name) => parent(name) === undefined).map((name) => kin(name, new Set()));
}

const subjectOf = ({ machine, name }: SnapshotView): string => `${machine}@${name}`;

const inOrder = (snapshots: readonly SnapshotView[]): SnapshotView[] =>
  [...snapshots].sort((a, b) => (a.made ?? '').localeCompare(b.made ?? '') || a.name.localeCompare(b.name));

/** The one of the families in which a machine stands. */
export function familyOf(name: string, families: readonly Kin[]): Kin | undefined {
  const holds = (kin: Kin): boolean => kin.name === name || forksIn(kin).some(holds);
  return families.find(holds);
}

const forksIn = ({ snapshots, forks }: Kin): Kin[] => [...snapshots.flatMap((kept) => kept.forks), ...forks];

/** A line of the tree, and what is drawn before it: for each step of depth, whether a branch goes on there. */
export type Branch = { lines: boolean[]; last: boolean } & (
  | { kind: 'machine'; kin: Kin }
  | { kind: 'snapshot'; snapshot: SnapshotView; forks: number }
);

/** A family as lines from the top down. */
export function branches(kin: Kin, lines: boolean[] = [], last = true): Branch[] {
  const deeper = [...lines, !last];
  const children = kin.snapshots.length + kin.forks.length;
  const endsAt = (nth: number) => nth === children - 1;
  return [
    { kind: 'machine', kin, lines, last },
    ...kin.snapshots.flatMap(({ snapshot, forks }, nth): Branch[] => [
      { kind: 'snapshot', snapshot, forks: forks.length, lines: deeper, last: endsAt(nth) },
      ...forks.flatMap((fork, at) => branches(fork, [...deeper, !endsAt(nth)], at === forks.length - 1)),
    ]),
    ...kin.forks.flatMap((fork, nth) => branches(fork, deeper, endsAt(kin.snapshots.length + nth))),
  ];
}
