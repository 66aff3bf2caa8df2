import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isVivariumError } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { processesIn } from '../support/processes.ts';

/** Has nothing to boot: its firmware waits. */
const idle = { disk: 'none', memory: '64M', network: 'none' } as const;

const stateOf = async (home: TestHome, name: string) => await home.engine.machine.status({ name });

/** Waits until a supervisor has given a machine another QEMU than that which was killed. It is on its way until then. */
const comesBack = async (home: TestHome, name: string, killed: number | undefined) =>
  await eventually(async () => {
    const { state, pid } = await stateOf(home, name);
    expect(['starting', 'running']).toContain(state);
    return ![undefined, killed].includes(pid);
  }, 'it to come back');

// They wait for most of their time, for the next restart and the next rung: what waits longest is begun first.

test.concurrent('a machine that crashes again and again is given up after ten restarts, and says so', async () => {
  await using home = testHome();
  await home.engine.machine.make({
    name: 'm',
    image: 'tiny',
    memory: '64M',
    restart: 'always',
    network: 'none',
  });
  await home.engine.machine.start({ name: 'm' });
  // From now on `run` fails at once, as if QEMU had become unusable.
  writeFileSync(home.path('m', 'hooks'), 'pre_qemu() { echo no luck today; return 1; }\n');
  process.kill((await stateOf(home, 'm')).pid as number, 'SIGKILL');
  await eventually(async () => (await stateOf(home, 'm')).state === 'failed', 'it to be given up', 90_000);
  expect((await stateOf(home, 'm')).reason).toContain('10 times within a minute');
  const log = await printed(home, 'm', /(no luck today[\s\S]*){10}/);
  expect(log.match(/no luck today/g)?.length).toBe(10);
});

test.concurrent('a long VMDIR works, console included; nothing but runsv and its log service stays beside QEMU, nothing after a stop', async () => {
  await using home = testHome('x'.repeat(200));
  await bootTiny(home, 'm');
  const there = processesIn(home.path('m')).map(({ command }) => command.split(' ')[0]);
  expect(there.sort()).toEqual(['/usr/bin/qemu-system-x86_64', 'head', 'runsv']);
  expect(await guestSays(home, 'm', 'echo reached')).toContain('reached');
  const { steps } = await home.engine.machine.stop({ name: 'm' });
  expect(steps.map(({ step }) => step)).toEqual(['powerdown']);
  await eventually(() => processesIn(home.path('m')).length === 0, 'all processes to go');
});

test.concurrent('a guest that powers off stays off, one whose QEMU is killed comes back', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', image: 'tiny', memory: '192M' });
  const { pid } = await home.engine.machine.start({ name: 'm' });
  process.kill(pid, 'SIGKILL');
  await printed(home, 'm', /killed by signal 9[\s\S]*root@m:~#/);
  const again = await stateOf(home, 'm');
  expect(again.state).toBe('running');
  expect(again.pid).not.toBe(pid);
  const terminal = await home.engine.machine.console({ name: 'm' });
  await terminal.write(Buffer.from('poweroff\n'));
  terminal.close();
  await eventually(async () => (await stateOf(home, 'm')).state === 'stopped', 'the machine to be down');
  // The log service is a process of its own: it may write the last line after runsv has said "down".
  await printed(home, 'm', 'down, it powered off');
});

test.concurrent('restart: never leaves a crashed machine failed, with the reason', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', ...idle, restart: 'never' });
  const { pid } = await home.engine.machine.start({ name: 'm' });
  process.kill(pid, 'SIGKILL');
  await eventually(async () => (await stateOf(home, 'm')).state === 'failed', 'the machine to be failed');
  expect((await stateOf(home, 'm')).reason).toContain('killed by signal 9');
});

test.concurrent('hooks run before QEMU, when it is up, and when it has ended', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', ...idle });
  const trace = home.path('m', 'trace');
  writeFileSync(
    home.path('m', 'hooks'),
    'pre_qemu() { echo pre >> trace; }\npost_qemu() { echo post >> trace; }\ncleanup() { echo cleanup >> trace; }\n',
  );
  await home.engine.machine.start({ name: 'm' });
  await eventually(() => existsSync(trace) && readFileSync(trace, 'utf8').includes('post'), 'post_qemu');
  await home.engine.machine.stop({ name: 'm', now: true });
  expect(readFileSync(trace, 'utf8')).toBe('pre\npost\ncleanup\n');
});

test.concurrent('boot takes arguments for one time, and does not come back', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', ...idle, restart: 'always' });
  await home.engine.machine.boot({
    name: 'm',
    arguments: ['-m', '192M', '-uuid', '12345678-1234-1234-1234-123456789abc'],
  });
  expect(readFileSync(`/proc/${(await stateOf(home, 'm')).pid}/cmdline`, 'utf8')).toContain('123456789abc');
  expect(existsSync(home.path('m', 'templates', 'once'))).toBe(false);
  await home.engine.machine.kill({ name: 'm' });
  const { pid } = await home.engine.machine.start({ name: 'm' });
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('123456789abc');
});

test.concurrent('once survives a start that failed before QEMU ran', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', ...idle });
  writeFileSync(home.path('m', 'hooks'), 'pre_qemu() { return 7; }\n');
  const error = await home.engine.machine
    .boot({ name: 'm', arguments: ['-snapshot'] })
    .catch((error: unknown) => error);
  expect(isVivariumError(error, 'qemu-failed') && error.message).toContain('pre_qemu failed with 7');
  expect(existsSync(home.path('m', 'templates', 'once'))).toBe(true);
});

test.concurrent('an edit by hand counts at the next start by any supervisor', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', ...idle });
  const { pid } = await home.engine.machine.start({ name: 'm' });
  const spec = home.path('m', 'machine.yaml');
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('64M', '96M'));
  process.kill(pid, 'SIGKILL');
  await comesBack(home, 'm', pid);
  expect(readFileSync(`/proc/${(await stateOf(home, 'm')).pid}/cmdline`, 'utf8')).toContain('96M');
});

test.concurrent('runsvdir starts what is to autostart, and a command uses its supervisors as they are', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'auto', ...idle, autostart: true });
  await home.engine.machine.make({ name: 'old', ...idle });
  await home.engine.machine.rename({ name: 'old', to: 'byhand' });
  const byhand = async () => (await home.engine.machine.show({ name: 'byhand' })).supervisor?.by;
  const scan = spawn('runsvdir', ['-P', home.vmdir], { stdio: 'ignore', env: home.env });
  try {
    await eventually(async () => (await stateOf(home, 'auto')).state === 'running', 'it to be started');
    await eventually(async () => (await byhand()) === 'runsvdir', 'its supervisor');
    await home.engine.machine.start({ name: 'byhand' });
    await home.engine.machine.stop({ name: 'byhand', now: true });
    expect(await byhand()).toBe('runsvdir');
    const { pid } = await stateOf(home, 'auto');
    process.kill(pid as number, 'SIGKILL');
    await comesBack(home, 'auto', pid);
    await home.engine.machine.stop({ name: 'auto', now: true });
    expect((await stateOf(home, 'auto')).state).toBe('stopped');
  } finally {
    scan.kill('SIGHUP');
    await eventually(() => scan.exitCode !== null || scan.signalCode !== null, 'runsvdir to end');
  }
  await eventually(() => processesIn(home.vmdir).length === 0, 'the supervisors to go');
});

test.concurrent('six machines start at once and all reach their prompt', async () => {
  await using home = testHome();
  const names = Array.from({ length: 6 }, (_, index) => `m${index}`);
  await Promise.all(
    names.map((name) => home.engine.machine.make({ name, image: 'tiny', memory: '160M', network: 'none' })),
  );
  const { code, stdout } = await home.vm('start', ...names);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(6);
  await Promise.all(names.map((name) => printed(home, name, `root@${name}:~#`)));
});

test.concurrent('a crash after boot is told, and a stop in the midst of a restart is a stop', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', ...idle, restart: 'always' });
  const { pid } = await home.engine.machine.boot({ name: 'm', arguments: [] });
  process.kill(pid, 'SIGKILL');
  await eventually(async () => (await stateOf(home, 'm')).state === 'failed', 'the crash to be seen');
  expect((await stateOf(home, 'm')).reason).toContain('killed by signal 9');
  writeFileSync(home.path('m', 'hooks'), 'pre_qemu() { [ ! -e broken ]; }\n');
  const again = await home.engine.machine.start({ name: 'm' });
  writeFileSync(home.path('m', 'broken'), '');
  process.kill(again.pid, 'SIGKILL');
  await printed(home, 'm', 'restart 4 in');
  await home.engine.machine.stop({ name: 'm' });
  expect((await stateOf(home, 'm')).state).toBe('stopped');
  expect(existsSync(home.path('m', 'supervise', 'life'))).toBe(false);
});

test.concurrent('the ladder goes on to quit where a guest does not listen', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', disk: '64M', memory: '64M', network: 'none', wait: '1s' });
  await home.engine.machine.start({ name: 'm' });
  const { steps } = await home.engine.machine.stop({ name: 'm' });
  expect(steps.map(({ step }) => step)).toEqual(['powerdown', 'quit']);
});

test.concurrent('the ladder ends with a kill where QEMU itself hangs', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', disk: '64M', memory: '64M', network: 'none', wait: '1s' });
  const { pid } = await home.engine.machine.start({ name: 'm' });
  const stands = () => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  process.kill(pid, 'SIGSTOP');
  await eventually(stands, 'QEMU to stand');
  // `d` has runsv send CONT; stopping it again is what a QEMU in an endless loop looks like.
  const stopping = home.engine.machine.stop({ name: 'm' });
  await eventually(() => !stands(), 'runsv to send CONT');
  process.kill(pid, 'SIGSTOP');
  expect((await stopping).steps.map(({ step }) => step)).toEqual(['powerdown', 'quit', 'kill']);
});

test.concurrent('machines are listed though one of them is broken', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'good', disk: 'none' });
  await home.engine.machine.make({ name: 'bad', disk: 'none' });
  writeFileSync(home.path('bad', 'machine.yaml'), 'version: 1\nmemory: [\n');
  const machines = await home.engine.machine.list({});
  expect(machines.map(({ name, state }) => [name, state])).toEqual([
    ['bad', 'broken'],
    ['good', 'stopped'],
  ]);
  expect(machines[0]?.reason).toMatch(/line \d+, column \d+/);
  rmSync(home.path('bad', 'machine.yaml'));
  execFileSync('mkfifo', [home.path('bad', 'machine.yaml')]);
  expect((await home.engine.machine.list({}))[0]).toMatchObject({
    state: 'broken',
    reason: expect.stringContaining('no regular file'),
  });
  rmSync(home.path('good', 'machine.yaml'));
  expect((await home.engine.machine.list({})).map(({ name }) => name)).toEqual(['bad']);
});

test.concurrent('a running machine whose machine.yaml is gone can still be seen and ended', async () => {
  await using home = testHome();
  await home.engine.machine.make({ name: 'm', ...idle });
  await home.engine.machine.start({ name: 'm' });
  rmSync(home.path('m', 'machine.yaml'));
  expect((await home.engine.machine.list({})).map(({ name, state }) => [name, state])).toEqual([
    ['m', 'running'],
  ]);
  await home.engine.machine.kill({ name: 'm' });
  await eventually(() => processesIn(home.path('m')).length === 0, 'all processes to be gone');
});
