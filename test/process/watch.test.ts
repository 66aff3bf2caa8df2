import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identityOf } from '../../src/host/process-identity.ts';
import { localEngine, Scope } from '../../src/index.ts';
import type { Change } from '../../src/protocol/events.ts';
import { becomes, goes, listen } from '../support/changes.ts';
import { eventually } from '../support/eventually.ts';
import { type TestHome, testHome } from '../support/home.ts';

const make = (home: TestHome, name: string) => home.engine.machine.make({ name, disk: 'none' });

const namesIn = (changes: Change[]) =>
  new Set(changes.flatMap((change) => (change.kind === 'machine' ? change.machine.name : [])));

test('machines are told as they are made, changed, renamed and removed, and nothing else', async () => {
  await using home = testHome();
  await make(home, 'there');
  await using listening = await listen(home.engine);
  expect(listening.told).toMatchObject([
    { kind: 'machines', machines: [{ name: 'there', state: 'stopped' }] },
  ]);
  await make(home, 'new');
  await listening.until('new', becomes('new', 'stopped'));
  await home.engine.machine.set({ name: 'new', changes: ['memory=512M'] });
  await listening.until(
    'its memory',
    (change) => change.kind === 'machine' && change.machine.memory === 2 ** 29,
  );
  await home.engine.machine.autostart({ name: 'there', state: 'on' });
  await listening.until(
    'autostart',
    (change) => change.kind === 'machine' && change.machine.name === 'there' && change.machine.autostart,
  );
  await home.engine.machine.rename({ name: 'new', to: 'newer' });
  await listening.until('the new name', becomes('newer', 'stopped'));
  await eventually(() => listening.told.some(goes('new')), 'the old name to go');
  await home.engine.machine.remove({ name: 'newer' });
  await listening.until('it to go', goes('newer'));
  expect(namesIn(listening.told)).toEqual(new Set(['there', 'new', 'newer']));
});

test('what the scripts write of a life is seen, and a process that ends without a word as well', async () => {
  await using home = testHome();
  await make(home, 'm');
  await using listening = await listen(home.engine);
  const life = (text: string) => {
    mkdirSync(home.path('m', 'supervise'), { recursive: true });
    writeFileSync(home.path('m', 'supervise', 'life.new'), text);
    renameSync(home.path('m', 'supervise', 'life.new'), home.path('m', 'supervise', 'life'));
  };
  life('failed out of luck\n');
  const failed = await listening.until('failed', becomes('m', 'failed'));
  expect(failed).toMatchObject({ machine: { reason: 'out of luck' } });
  const sleeper = spawn('sleep', ['1000'], { cwd: home.path('m'), stdio: 'ignore' });
  await once(sleeper, 'spawn');
  const { pid, started, boot } = identityOf(sleeper.pid as number) ?? { pid: 0, started: '', boot: '' };
  life(`running ${pid} ${started} ${boot}\n`);
  expect(await listening.until('starting', becomes('m', 'starting'))).toMatchObject({ machine: { pid } });
  writeFileSync(home.path('m', 'supervise', 'ladder'), 'powerdown 0\n');
  await listening.until('stopping', becomes('m', 'stopping'));
  sleeper.kill('SIGKILL');
  await listening.until('stopped', becomes('m', 'stopped'));
});

test('a machine that is made again under its name, one that breaks, and one that is made by hand', async () => {
  await using home = testHome();
  await make(home, 'm');
  await using listening = await listen(home.engine);
  rmSync(home.path('m'), { recursive: true });
  await listening.until('it to go', goes('m'));
  await make(home, 'm');
  await listening.until('it to come', becomes('m', 'stopped'));
  writeFileSync(home.path('m', 'machine.yaml'), 'memory: lots\n');
  await listening.until('it to break', becomes('m', 'broken'));
  writeFileSync(home.path('m', 'machine.yaml'), 'version: 1\n');
  await listening.until('it to be whole', becomes('m', 'stopped'));
  mkdirSync(home.path('hand'));
  await expect(home.engine.machine.status({ name: 'hand' })).rejects.toMatchObject({
    code: 'machine-not-found',
  });
  writeFileSync(home.path('hand', 'machine.yaml'), 'version: 1\n');
  await listening.until('the one made by hand', becomes('hand', 'stopped'));
});

test('images and snapshots are hinted at, what is being made of them is not', async () => {
  await using home = testHome('machines', 'own');
  await make(home, 'm');
  await using listening = await listen(home.engine);
  mkdirSync(home.path('m', 'snapshots', 's1'), { recursive: true });
  expect(await listening.until('snapshots', ({ kind }) => kind === 'snapshots')).toMatchObject({ name: 'm' });
  rmSync(home.path('m', 'snapshots', 's1'), { recursive: true });
  await listening.until('one less', ({ kind }) => kind === 'snapshots');
  mkdirSync(home.path('.images'));
  await listening.until('a place for images', ({ kind }) => kind === 'images');
  mkdirSync(home.path('.images', '.tiny.new'));
  await make(home, 'after');
  await listening.until('the machine', becomes('after', 'stopped'));
  expect(listening.told.filter(({ kind }) => kind === 'images')).toHaveLength(1);
  renameSync(home.path('.images', '.tiny.new'), home.path('.images', 'tiny'));
  await listening.until('an image', ({ kind }) => kind === 'images');
});

test('a home that is not there yet is watched all the same, and one that goes and comes again', async () => {
  await using home = testHome();
  rmSync(home.vmdir, { recursive: true });
  const engine = localEngine({ ...home.env, VMDIR: join(home.vmdir, 'deep', 'down') });
  await using listening = await listen(engine);
  expect(listening.told).toEqual([{ kind: 'machines', machines: [] }]);
  for (const _ of ['once', 'twice']) {
    await engine.machine.make({ name: 'first', disk: 'none' });
    await listening.until('the first machine', becomes('first', 'stopped'));
    rmSync(home.vmdir, { recursive: true });
    await listening.until('it to go', goes('first'));
  }
  mkdirSync(home.vmdir);
});

test('one who does not read is told the newest of each machine, and the watching ends with the last', async () => {
  await using home = testHome();
  await make(home, 'm');
  const watchers = () => process.getActiveResourcesInfo().filter((it) => it.startsWith('FSEvent')).length;
  await eventually(() => watchers() === 0, 'those of other tests to go');
  const abort = new AbortController();
  const changes = await home.engine.host.events({}, new Scope({ timeout: 60_000, signal: abort.signal }));
  const reader = changes[Symbol.asyncIterator]();
  await reader.next();
  const alone = watchers();
  {
    await using other = await listen(home.engine);
    expect([alone > 0, watchers()]).toEqual([true, alone]);
    for (const memory of ['300M', '400M', '500M']) {
      await home.engine.machine.set({ name: 'm', changes: [`memory=${memory}`] });
      await other.until(
        memory,
        (change) =>
          change.kind === 'machine' && change.machine.memory === Number.parseInt(memory, 10) * 2 ** 20,
      );
    }
  }
  expect((await reader.next()).value).toMatchObject({ machine: { memory: 500 * 2 ** 20 } });
  const waiting = reader.next();
  abort.abort();
  expect(await waiting).toMatchObject({ done: true });
  await eventually(() => watchers() === 0, 'the watching to end');
});

test('without watches from the kernel all is looked at now and then, with a warning', async () => {
  await using home = testHome();
  await make(home, 'm');
  // Limits are counted by user namespace (user_namespaces(7), /proc/sys/user).
  const script = 'echo 2 >/proc/sys/user/max_inotify_watches && exec "$@"';
  const node = [process.execPath, join(import.meta.dirname, '../support/print-changes.ts')];
  const child = spawn('unshare', ['--user', '--map-root-user', 'sh', '-c', script, 'sh', ...node], {
    env: home.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await eventually(() => said.includes('"kind":"machines"'), 'all machines', 20_000);
  await make(home, 'later');
  await eventually(
    () => said.includes('later'),
    () => `the new machine in ${said}`,
    20_000,
  );
  child.kill();
  await once(child, 'close');
  expect(said.match(/sysctl fs\.inotify/g)).toHaveLength(1);
});
