import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isVivariumError } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { processesIn } from '../support/processes.ts';

const pidOf = (home: TestHome, command: string): number => {
  const found = processesIn(home.path('m')).find((it) => it.command.startsWith(command));
  if (!found) throw new Error(`no ${command} there`);
  return found.pid;
};
/** Starts a machine with nothing to boot: its firmware waits. */
async function startIdle(home: TestHome): Promise<void> {
  await home.engine.machine.make({ name: 'm', disk: 'none', memory: '64M', network: 'none' });
  await home.engine.machine.start({ name: 'm' });
}

const statusOf = (home: TestHome) => home.engine.machine.status({ name: 'm' });

test('the log service killed, then runsv: the guest goes on, is logged again, and start gives it a new supervisor', async () => {
  await using home = testHome();
  await bootTiny(home, 'm');
  process.kill(pidOf(home, 'head'), 'SIGKILL');
  await eventually(
    () => processesIn(home.path('m')).some(({ command }) => command.startsWith('head')),
    'a new log service',
  );
  await guestSays(home, 'm', "echo logged 'again'");
  await printed(home, 'm', 'logged again');
  const { pid } = await statusOf(home);
  process.kill(pidOf(home, 'runsv'), 'SIGKILL');
  await eventually(async () => (await statusOf(home)).unsupervised, 'the loss to be seen');
  expect(await guestSays(home, 'm', 'echo still here')).toContain('still here');
  expect((await home.vm('list')).stdout).toContain('no supervisor');
  expect((await home.vm('start', 'm')).code).toBe(0);
  const again = await statusOf(home);
  expect([again.state, again.pid, again.unsupervised]).toEqual(['running', pid, undefined]);
  expect((await home.engine.machine.stop({ name: 'm' })).steps.map(({ step }) => step)).toEqual([
    'powerdown',
  ]);
  await eventually(() => processesIn(home.path('m')).length === 0, 'all processes to be gone');
});

test('runsv killed: stop still asks the guest first, and leaves nothing', async () => {
  await using home = testHome();
  await bootTiny(home, 'm');
  process.kill(pidOf(home, 'runsv'), 'SIGKILL');
  expect((await home.engine.machine.stop({ name: 'm' })).steps.map(({ step }) => step)).toEqual([
    'powerdown',
  ]);
  expect((await statusOf(home)).state).toBe('stopped');
  expect(readdirSync(home.path('m', 'supervise')).sort()).toEqual([
    'control',
    'lock',
    'ok',
    'pid',
    'stat',
    'status',
  ]);
  await eventually(() => processesIn(home.path('m')).length === 0, 'all processes to be gone');
});

test('QEMU and runsv killed together: the next command says stopped, and clears up', async () => {
  await using home = testHome();
  await startIdle(home);
  const { pid } = await statusOf(home);
  process.kill(pidOf(home, 'runsv'), 'SIGKILL');
  process.kill(pid as number, 'SIGKILL');
  await eventually(async () => (await statusOf(home)).state === 'stopped', 'it to be seen as stopped');
  for (const file of ['qmp', 'engine', 'monitor', 'console', 'life']) {
    expect(existsSync(home.path('m', 'supervise', file)), file).toBe(false);
  }
  await home.engine.machine.start({ name: 'm' });
  expect((await statusOf(home)).state).toBe('running');
});

test('a copy of a running machine is another machine, and killing it harms nobody', async () => {
  await using home = testHome();
  await startIdle(home);
  execFileSync('cp', ['-a', home.path('m'), home.path('copy')]);
  expect((await home.engine.machine.status({ name: 'copy' })).state).toBe('stopped');
  await home.engine.machine.kill({ name: 'copy' });
  expect((await statusOf(home)).state).toBe('running');
  await home.engine.machine.start({ name: 'copy' });
  expect((await home.engine.machine.status({ name: 'copy' })).pid).not.toBe((await statusOf(home)).pid);
});

/** Only root may mount the small file system that these need. */
const asRoot = test.skipIf(process.getuid?.() !== 0 && !process.env.VIVARIUM_REQUIRE);

asRoot('a full disk: make and start say so, nothing is half made, and a running guest goes on', async () => {
  await using home = testHome();
  const small = home.path('small');
  mkdirSync(small);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2M', 'tmpfs', small]);
  try {
    const env = { VMDIR: small };
    const fill = () => execFileSync('sh', ['-c', 'cat /dev/zero > "$0/filler" 2>/dev/null || :', small]);
    const make = [
      '--disk',
      'none',
      '--memory',
      '64M',
      '--network',
      'none',
      '--kernel',
      home.path('.images/tiny/vmlinux'),
    ];
    expect((await home.run({ env }, 'make', 'm', ...make, '--append', 'console=ttyS0 panic=1')).code).toBe(0);
    fill();
    const made = await home.run({ env }, 'make', 'other', ...make);
    expect([made.code, made.stderr]).toEqual([1, expect.stringContaining('No space is left')]);
    expect(readdirSync(small).sort()).toEqual(['filler', 'm']);
    const started = await home.run({ env }, 'start', 'm');
    expect([started.code, started.stderr]).toEqual([1, expect.stringContaining('No space is left')]);
    expect(JSON.parse((await home.run({ env }, 'status', 'm', '--json')).stdout)).toMatchObject({
      state: 'stopped',
    });
    execFileSync('rm', [`${small}/filler`]);
    expect((await home.run({ env }, 'start', 'm')).code).toBe(0);
    fill();
    // The kernel has no root and reboots for ever, printing all the time: nobody must wait for the log.
    await eventually(
      async () => (await home.run({ env }, 'qmp', 'm', 'query-status')).stdout.includes('running'),
      'QMP',
    );
    expect((await home.run({ env }, 'stop', '--now', 'm')).code).toBe(0);
    await eventually(() => processesIn(small).length === 0, 'its log service to be gone');
  } finally {
    execFileSync('umount', [small]);
  }
});

test('a directory that may not be written to is said to be so', async () => {
  await using home = testHome();
  writeFileSync(home.path('file'), '');
  expect(statSync(home.path('file')).isFile()).toBe(true);
  const { localEngine } = await import('../../src/index.ts');
  const engine = localEngine({ ...home.env, VMDIR: home.path('file') });
  const error = await engine.machine.make({ name: 'm', disk: 'none' }).catch((error: unknown) => error);
  expect(isVivariumError(error, 'directory-unusable')).toBe(true);
});
