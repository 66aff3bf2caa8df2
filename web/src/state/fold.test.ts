import { expect, test } from 'vitest';
import type { Change, MachineView } from '../engine.ts';
import { fold, nothing } from './fold.ts';

const machine = (name: string, state: MachineView['state'] = 'stopped'): MachineView => ({
  name,
  state,
  forwards: [],
  autostart: false,
  runitVm: false,
});

const after = (...changes: Change[]) => changes.reduce((world, change) => fold(world, change, 5), nothing);

test('knows nothing before the first word, which is not the same as no machines', () => {
  expect(nothing.machines).toBeUndefined();
  expect(after({ kind: 'machines', machines: [] }).machines?.size).toBe(0);
});

test('keeps machines in the order of their names, numbers as numbers', () => {
  const world = after(
    { kind: 'machines', machines: [machine('web-10'), machine('web-9')] },
    { kind: 'machine', machine: machine('db') },
  );
  expect([...(world.machines?.keys() ?? [])]).toEqual(['db', 'web-9', 'web-10']);
});

test('takes a machine as it was told last, and forgets one that is gone', () => {
  const first: Change = { kind: 'machines', machines: [machine('a'), machine('b')] };
  const changed = after(first, { kind: 'machine', machine: machine('a', 'running') });
  expect(changed.machines?.get('a')?.state).toBe('running');
  expect(changed.heard.get('a')).toBe(5);
  const gone = after(first, { kind: 'machine-gone', name: 'a' });
  expect([...(gone.machines?.keys() ?? [])]).toEqual(['b']);
});

test('takes all that is told at once in place of what was known', () => {
  const world = after(
    { kind: 'machines', machines: [machine('a')] },
    { kind: 'task', id: '1', operation: 'image.pull', state: 'running' },
    { kind: 'machines', machines: [machine('b')] },
  );
  expect([...(world.machines?.keys() ?? [])]).toEqual(['b']);
  expect(world.tasks.size).toBe(0);
  expect(world.images).toBe(2);
});

test('counts when images and snapshots have changed', () => {
  const world = after({ kind: 'images' }, { kind: 'snapshots', name: 'a' }, { kind: 'snapshots', name: 'a' });
  expect([world.images, world.snapshots]).toEqual([1, 2]);
});
