import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditLog } from '../../src/access/audit-log.ts';
import { everything, type Grant } from '../../src/access/grant.ts';
import { granted } from '../../src/access/granted.ts';
import type { Engine, ErrorCode } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;
beforeEach(() => {
  home = testHome('machines', 'own');
});
afterEach(() => home[Symbol.asyncDispose]());

function as(more: Partial<Grant>): Engine {
  const opened = openHome(home.env);
  const grant: Grant = {
    ...everything,
    id: 'ci',
    who: 'ci',
    scope: 'control',
    machines: ['game-*'],
    ...more,
  };
  return granted(home.engine, opened, grant, { log: new AuditLog(opened), from: '192.0.2.7' });
}

const small = { memory: '64M', disk: '1M', network: 'none', wait: '100ms' } as const;
const M = 2 ** 20;

/** How each of several calls ended that were made at once. */
async function outcomes(calls: Promise<unknown>[]): Promise<(ErrorCode | 'ok')[]> {
  const ended = await Promise.allSettled(calls);
  return ended.map((it) => (it.status === 'fulfilled' ? 'ok' : it.reason.code)).sort();
}

const refused = (call: Promise<unknown>, limit: string) =>
  expect(call).rejects.toMatchObject({ code: 'limit-reached', details: { limit, token: 'ci' } });

test('two at once cannot have more than one after the other', async () => {
  const names = ['game-1', 'game-2', 'game-3', 'game-4'];
  // Each has an engine of its own, as each request may have: what counts is whose they are.
  const make = (grant: Partial<Grant>) =>
    outcomes(names.map((name) => as(grant).machine.make({ ...small, name })));
  expect(await make({ maxMachines: 2 })).toEqual(['limit-reached', 'limit-reached', 'ok', 'ok']);
  expect(await make({ maxMachines: 4, maxMemory: 192 * M })).toEqual([
    'limit-reached',
    'machine-exists',
    'machine-exists',
    'ok',
  ]);
  expect(await home.engine.machine.list({})).toHaveLength(3);
});

test('memory is limited where a machine is made and where it is set', async () => {
  const engine = as({ maxMemory: 256 * M });
  await engine.machine.make({ ...small, name: 'game-1' });
  await home.engine.machine.make({ ...small, name: 'other', memory: '4G' }); // is none of theirs
  await refused(engine.machine.make({ ...small, name: 'game-2', memory: undefined }), 'memory');
  await refused(engine.machine.make({ ...small, name: 'game-2', memory: '193M' }), 'memory');
  await refused(engine.machine.set({ name: 'game-1', changes: ['memory=257M'] }), 'memory');
  await refused(engine.machine.set({ name: 'game-1', changes: ['memory=1M', 'memory="1G"'] }), 'memory');
  await refused(engine.machine.set({ name: 'game-1', changes: [], unset: ['memory'] }), 'memory');
  await engine.machine.set({ name: 'game-1', changes: ['memory=256M'] });
  await refused(engine.machine.make({ ...small, name: 'game-2' }), 'memory');
  await engine.machine.set({ name: 'game-1', changes: ['memory=64M', 'cpus=2'] });
  await engine.machine.make({ ...small, name: 'game-2' });
});

test('disks are limited by what they are for the guest, wherever they grow', async () => {
  const engine = as({ maxDisk: 8 * M });
  await engine.machine.make({ ...small, name: 'game-1', disk: '4M' });
  await refused(engine.machine.make({ ...small, name: 'game-2', disk: undefined }), 'disk');
  await refused(engine.disk.add({ name: 'game-1', what: '5M' }), 'disk');
  await engine.disk.add({ name: 'game-1', what: '1M' });
  await refused(engine.disk.resize({ name: 'game-1', size: '+4M' }), 'disk');
  await refused(engine.disk.resize({ name: 'game-1', disk: '1', size: '5M' }), 'disk');
  await engine.disk.resize({ name: 'game-1', size: '7M' });
  await refused(engine.machine.make({ ...small, name: 'game-2' }), 'disk');
  await engine.machine.make({ ...small, name: 'game-2', disk: 'none' });
  expect(await outcomes([engine.disk.remove({ name: 'game-1', disk: '1', keep: true })])).toEqual([
    'permission-denied',
  ]);
  await engine.disk.remove({ name: 'game-1', disk: '1' });
  await engine.disk.add({ name: 'game-2', what: '1M' });
});

test('without a network there is none to be had', async () => {
  const engine = as({ network: 'none' });
  const made = { ...small, network: undefined };
  await engine.machine.make({ ...made, name: 'game-1' });
  expect((await home.engine.machine.show({ name: 'game-1' })).spec?.networks).toEqual([]);
  const denied = { code: 'permission-denied' };
  await expect(engine.machine.make({ ...made, name: 'game-2', network: 'user' })).rejects.toMatchObject(
    denied,
  );
  const networks = ['networks=[{mode: user}]'];
  await expect(engine.machine.set({ name: 'game-1', changes: networks })).rejects.toMatchObject(denied);
});

test('names beyond theirs cannot be had, be there such a machine or not', async () => {
  const engine = as({ machines: ['game-?'] });
  for (const name of ['game-1', 'other', 'game-11']) await home.engine.machine.make({ ...small, name });
  for (const to of ['other', 'absent', 'game-11', 'game-12']) {
    const problem = expect.stringMatching(/^its machines are called game-\?, and not /);
    const denied = { code: 'permission-denied', details: { problem } };
    await expect(engine.machine.make({ ...small, name: to })).rejects.toMatchObject(denied);
    await expect(engine.machine.rename({ name: 'game-1', to })).rejects.toMatchObject(denied);
    await expect(engine.machine.fork({ from: 'game-1', names: [to] })).rejects.toMatchObject(denied);
    // Numbers are counted without a look at machines of others.
    await expect(engine.machine.fork({ from: 'game-1', name: `${to}-%d` })).rejects.toMatchObject(denied);
  }
  await expect(engine.machine.fork({ from: 'game-1', name: 'game-%d', count: 9 })).rejects.toMatchObject({
    details: { problem: 'its machines are called game-?, and not game-10' },
  });
  await engine.machine.rename({ name: 'game-1', to: 'game-2' });
});

test('what runs counts as it was started; forks and snapshots count, and what goes back to one', async () => {
  const engine = as({ maxMachines: 3, maxMemory: 192 * M, maxDisk: 200 * M });
  await engine.machine.make({ ...small, name: 'game-1' });
  await engine.machine.start({ name: 'game-1' });
  await engine.machine.set({ name: 'game-1', changes: ['memory=32M'] });
  await refused(engine.machine.make({ ...small, name: 'game-2', memory: '129M' }), 'memory');
  await engine.machine.set({ name: 'game-1', changes: ['memory=64M'] });
  await engine.snapshot.create({ name: 'game-1', snapshot: 's1' });
  await refused(as({ maxDisk: 40 * M }).snapshot.create({ name: 'game-1' }), 'disk');
  await refused(engine.machine.fork({ from: 'game-1', count: 3 }), 'machines');
  await refused(as({ maxMemory: 191 * M }).machine.fork({ from: 'game-1@s1', count: 2 }), 'memory');
  await refused(as({ maxDisk: 2 * M }).machine.fork({ from: 'game-1@s1', count: 2 }), 'disk');
  const { forks } = await engine.machine.fork({ from: 'game-1@s1', count: 2 });
  expect(forks.map(({ name }) => name)).toEqual(['game-1-1', 'game-1-2']);
  await engine.machine.kill({ name: 'game-1' });
  await engine.machine.set({ name: 'game-1', changes: ['memory=16M'] });
  await refused(
    as({ maxMemory: 191 * M }).snapshot.restore({ name: 'game-1', snapshot: 's1', force: true }),
    'memory',
  );
});
