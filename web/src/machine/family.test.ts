import { expect, test } from 'vitest';
import type { MachineView, SnapshotView } from '../engine.ts';
import { branches, family, familyOf, type Kin } from './family.ts';

const machine = (name: string): MachineView => ({
  name,
  state: 'running',
  forwards: [],
  autostart: false,
  runitVm: false,
});

const snapshot = (name: string, of: string, usedBy: string[] = [], minute = 0): SnapshotView => ({
  machine: of,
  name,
  state: 'ready',
  made: `2026-11-21T21:${String(minute).padStart(2, '0')}:00Z`,
  bytes: 0,
  disks: 1,
  usedBy,
});

/** `web(s1(web-1 web-2) s2)`. */
const drawn = ({ name, snapshots }: Kin): string =>
  snapshots.length === 0
    ? name
    : `${name}(${snapshots
        .map(({ snapshot, forks }) =>
          forks.length === 0 ? snapshot.name : `${snapshot.name}(${forks.map(drawn).join(' ')})`,
        )
        .join(' ')})`;

test('has forks lie on the snapshot that they were made of, oldest snapshot first', () => {
  const machines = ['web', 'web-1', 'web-2', 'db'].map(machine);
  const snapshots = [snapshot('s2', 'web', [], 2), snapshot('s1', 'web', ['web-2', 'web-1'], 1)];
  expect(family(machines, snapshots).map(drawn)).toEqual(['db', 'web(s1(web-1 web-2) s2)']);
});

test('has a fork of a fork lie on the nearer of the two', () => {
  const machines = ['a', 'b', 'c'].map(machine);
  const snapshots = [snapshot('s1', 'b', ['c'], 9), snapshot('s1', 'a', ['b', 'c'], 1)];
  expect(family(machines, snapshots).map(drawn)).toEqual(['a(s1(b(s1(c))))']);
});

test('shows whom a snapshot is of, though that machine cannot be seen', () => {
  const [kin] = family([machine('b')], [snapshot('s1', 'a', ['b'])]);
  expect(kin && drawn(kin)).toBe('a(s1(b))');
  expect(kin?.machine).toBeUndefined();
});

test('ends where two say that they lie on each other', () => {
  const snapshots = [snapshot('s1', 'a', ['b']), snapshot('s1', 'b', ['a'])];
  expect(() => family(['a', 'b'].map(machine), snapshots)).not.toThrow();
});

test('finds the family of a machine wherever it stands in it', () => {
  const families = family(['a', 'b', 'z'].map(machine), [snapshot('s1', 'a', ['b'])]);
  expect(familyOf('b', families)?.name).toBe('a');
  expect(familyOf('z', families)?.name).toBe('z');
});

test('knows at each depth whether a branch goes on', () => {
  const [kin] = family(['a', 'b'].map(machine), [snapshot('s1', 'a', ['b'], 1), snapshot('s2', 'a', [], 2)]);
  const lines = branches(kin as Kin).map((branch) => [
    branch.kind === 'machine' ? branch.kin.name : branch.snapshot.name,
    branch.lines,
    branch.last,
  ]);
  expect(lines).toEqual([
    ['a', [], true],
    ['s1', [false], false],
    ['b', [false, true], true],
    ['s2', [false], true],
  ]);
});
