import { expect, test } from 'vitest';
import type { MachineView, SnapshotView } from '../engine.ts';
import { branches, family, familyOf, type Kin } from './family.ts';

const machine = (name: string, from?: string): MachineView => ({
  name,
  ...(from !== undefined && { from }),
  state: 'running',
  forwards: [],
  autostart: false,
  runitVm: false,
});

const snapshot = (name: string, of: string, minute = 0): SnapshotView => ({
  machine: of,
  name,
  state: 'ready',
  made: `2026-11-21T21:${String(minute).padStart(2, '0')}:00Z`,
  bytes: 0,
  disks: 1,
  usedBy: [],
});

/** `web(@s1(web-1 web-2) @s2 web-3)`. */
function drawn({ name, snapshots, forks }: Kin): string {
  const parts = [
    ...snapshots.map(({ snapshot, forks }) => `@${snapshot.name}${inside(forks.map(drawn))}`),
    ...forks.map(drawn),
  ];
  return name + inside(parts);
}

const inside = (parts: string[]): string => (parts.length === 0 ? '' : `(${parts.join(' ')})`);

test('has forks stand below what they were made of, oldest snapshot first', () => {
  const machines = [
    machine('web'),
    machine('web-1', 'web@s1'),
    machine('web-2', 'web@s1'),
    machine('web-3', 'web'),
    machine('db'),
  ];
  const snapshots = [snapshot('s2', 'web', 2), snapshot('s1', 'web', 1)];
  expect(family(machines, snapshots).map(drawn)).toEqual(['db', 'web(@s1(web-1 web-2) @s2 web-3)']);
});

test('has a fork of a fork stand below that', () => {
  const machines = [machine('a'), machine('b', 'a@s1'), machine('c', 'b')];
  expect(family(machines, [snapshot('s1', 'a')]).map(drawn)).toEqual(['a(@s1(b(c)))']);
});

test('has a fork stand below the machine where the snapshot is gone, and alone where the machine is', () => {
  const machines = [machine('a'), machine('b', 'a@gone'), machine('c', 'lost@s1')];
  expect(family(machines, []).map(drawn)).toEqual(['a(b)', 'c']);
});

test('shows whom a snapshot is of, though that machine cannot be seen', () => {
  const [kin] = family([machine('b', 'a@s1')], [snapshot('s1', 'a')]);
  expect(kin && drawn(kin)).toBe('a(@s1(b))');
  expect(kin?.machine).toBeUndefined();
});

test('ends where two say that they were made of each other', () => {
  expect(() => family([machine('a', 'b'), machine('b', 'a')], [])).not.toThrow();
});

test('finds the family of a machine wherever it stands in it', () => {
  const families = family([machine('a'), machine('b', 'a@s1'), machine('z')], [snapshot('s1', 'a')]);
  expect(familyOf('b', families)?.name).toBe('a');
  expect(familyOf('z', families)?.name).toBe('z');
});

test('knows at each depth whether a branch goes on', () => {
  const [kin] = family(
    [machine('a'), machine('b', 'a@s1')],
    [snapshot('s1', 'a', 1), snapshot('s2', 'a', 2)],
  );
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
