import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { has } from '../support/has.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { processesIn } from '../support/processes.ts';
import { installVm } from '../support/shown.ts';
import { startVmd } from '../support/vmd.ts';

let home: TestHome;

/** Machines without a system: QEMU runs, and that is all that is asked of it. */
beforeAll(async () => {
  home = testHome();
  installVm(home);
  for (const name of ['first', 'second']) {
    await home.engine.machine.make({ name, disk: 'none', memory: '16M', network: 'none', wait: '1s' });
  }
  await home.engine.machine.autostart({ name: 'first', state: 'on' });
});
afterAll(() => home[Symbol.asyncDispose]());

const pidOf = async (name: string) => (await home.engine.machine.status({ name })).pid;
const runs = (name: string) => eventually(() => pidOf(name), `${name} to run`);

test('vmd starts a machine once in a boot: who stops it is not overruled, and HUP begins anew', async () => {
  await using killed = await startVmd(home);
  const pid = await runs('first');
  await killed.end('SIGKILL');
  expect(await pidOf('first')).toBe(pid);
  await home.engine.machine.stop({ name: 'first', now: true });

  await home.engine.machine.autostart({ name: 'second', state: 'on' });
  await using cameBack = await startVmd(home);
  await cameBack.end('SIGTERM');
  expect([await pidOf('first'), await pidOf('second')]).toEqual([undefined, undefined]);

  await using third = await startVmd(home);
  expect(await runs('second')).toBeDefined();
  expect(await pidOf('first')).toBeUndefined();
  await third.end('SIGHUP');
  expect(third.said()).toContain('second has stopped');

  await using fourth = await startVmd(home);
  await Promise.all(['first', 'second'].map(runs));
  await fourth.end('SIGHUP');
  await eventually(() => processesIn(home.vmdir).length === 0, 'all to be gone');
});

test('one vmd serves a home, and says where', async () => {
  await using vmd = await startVmd(home);
  expect(await home.vm('serve')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`pid ${vmd.pid}`),
  });
  expect(vmd.said()).toContain(`serves at ${home.path('.vmd/socket')}`);
});

test.skipIf(!has('runsv'))('a runit service of a user brings vmd back when it was killed', async () => {
  const service = home.path('../services/vmd');
  symlinkSync(join(import.meta.dirname, '../../bin/vmd'), home.path('../bin/vmd'));
  mkdirSync(service, { recursive: true });
  for (const file of ['run', 'finish']) {
    symlinkSync(join(import.meta.dirname, '../../share/runit/vmd', file), join(service, file));
  }
  const supervisor = spawn('runsv', [service], { stdio: 'ignore', env: home.env });
  const record = () => {
    try {
      return JSON.parse(readFileSync(home.path('.vmd/vmd.json'), 'utf8')).pid as number;
    } catch {
      return undefined;
    }
  };
  try {
    const pid = await eventually(record, 'vmd to serve');
    process.kill(pid, 'SIGKILL');
    const next = await eventually(() => record() !== pid && record(), 'the next vmd');
    process.kill(next, 'SIGHUP');
    const status = () => readFileSync(join(service, 'supervise/stat'), 'utf8');
    await eventually(() => status().startsWith('down'), 'vmd to stay down');
  } finally {
    supervisor.kill();
    await once(supervisor, 'exit');
  }
});
