import { expect, test } from 'vitest';
import type { Change } from '../protocol/events.ts';
import type { MachineView } from '../protocol/views.ts';
import { everything } from './grant.ts';
import { hidden } from './host-paths.ts';
import { shownChanges } from './shown-events.ts';
import { viewFor } from './view.ts';

const home = { directory: '/vms', cache: '/cache', config: {}, env: {} };
const view = viewFor(home, { ...everything, scope: 'read', machines: ['game-*'], images: ['tiny'] });

const machine = (name: string): MachineView => ({
  name,
  state: 'failed',
  reason: 'no /vms/other/disk',
  forwards: [],
  autostart: false,
  runitVm: false,
});
const task = (more: object): Change => ({
  kind: 'task',
  id: '1',
  operation: 'machine.make',
  state: 'running',
  ...more,
});

async function shown(...changes: Change[]): Promise<Change[]> {
  async function* all() {
    yield* changes;
  }
  return await Array.fromAsync(shownChanges(all(), view));
}

test('of machines there are theirs, without files of the host', async () => {
  const [all, one] = await shown(
    { kind: 'machines', machines: [machine('game-1'), machine('other')] },
    { kind: 'machine', machine: machine('game-1') },
  );
  expect(all).toMatchObject({ machines: [{ name: 'game-1', reason: `no ${hidden}` }] });
  expect(one).toMatchObject({ machine: { name: 'game-1' } });
  expect(JSON.stringify([all, one])).not.toMatch(/other|\/vms/);
});

test('of others nothing changes, comes or goes', async () => {
  const changes: Change[] = [
    { kind: 'machine', machine: machine('other') },
    { kind: 'machine-gone', name: 'other' },
    { kind: 'snapshots', name: 'other' },
  ];
  expect(await shown(...changes)).toEqual([]);
  expect(
    await shown({ kind: 'machine-gone', name: 'game-1' }, { kind: 'snapshots', name: 'game-1' }),
  ).toHaveLength(2);
});

test('tasks are shown that are about nothing but theirs', async () => {
  const theirs = task({
    machines: ['game-1'],
    images: ['tiny'],
    subject: 'game-1 tiny',
    step: 'Copying /vms/x',
  });
  expect(await shown(theirs)).toMatchObject([{ subject: 'game-1 tiny', step: `Copying ${hidden}` }]);
  const others = [
    { machines: ['other'] },
    { machines: ['game-1', 'other'] },
    { machines: ['game-1'], images: ['foreign'] },
    { subject: 'game-1' },
    {},
  ];
  expect(await shown(...others.map(task))).toEqual([]);
});
