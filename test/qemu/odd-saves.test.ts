import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Scope } from '../../src/base/scope.ts';
import { createDisk } from '../../src/qemu/disk-image.ts';
import { makeFifo } from '../support/fifo.ts';
import { bootTiny, guestSays } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { lastOrphansIn } from '../support/orphans.ts';
import { watchEvents } from '../support/qmp-events.ts';

let home: TestHome;

beforeAll(async () => {
  home = testHome();
  await bootTiny(home, 'm', { memory: '128M', disk: '16M' });
  await guestSays(home, 'm', 'nonce=kept');
  await home.engine.snapshot.create({ name: 'm', snapshot: 's1' });
});
afterAll(async () => await home[Symbol.asyncDispose]());

const snapshot = (...parts: string[]) => home.path('m/snapshots', ...parts);
const names = async () => (await home.engine.machine.list({})).map(({ name }) => name);

/** A copy of the snapshot, to be spoilt. */
function spoilt(name: string, spoil: (directory: string) => void): void {
  cpSync(snapshot('s1'), snapshot(name), {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
  spoil(snapshot(name));
}

test.each<[string, string, (directory: string) => void]>([
  ['no-about', 'saved.json is not there', (it) => rmSync(`${it}/saved.json`)],
  ['cut-about', 'cannot be read', (it) => truncateSync(`${it}/saved.json`, 100)],
  ['a-fifo', 'saved.json is no file', (it) => makeFifo(`${it}/saved.json`)],
  ['newer', 'it is of version 2', (it) => writeFileSync(`${it}/saved.json`, '{"version":2}')],
  ['other', 'not as vivarium writes it', (it) => writeFileSync(`${it}/saved.json`, '[]')],
  ['cut-memory', 'its file memory has 4096 bytes', (it) => truncateSync(`${it}/memory`, 4096)],
  ['no-memory', 'memory is not there', (it) => rmSync(`${it}/memory`)],
  ['no-state', 'state is not there', (it) => rmSync(`${it}/state`)],
])('a snapshot that is broken (%s) is listed, and nothing is begun with it', async (name, problem, spoil) => {
  spoilt(name, spoil);
  const from = `m@${name}`;
  await expect(home.engine.machine.fork({ from })).rejects.toMatchObject({
    code: 'snapshot-broken',
    message: expect.stringContaining(problem),
  });
  await expect(
    home.engine.snapshot.restore({ name: 'm', snapshot: name, force: true }),
  ).rejects.toMatchObject({
    code: 'snapshot-broken',
  });
  const listed = (await home.engine.snapshot.list({ name: 'm' })).find((it) => it.name === name);
  expect(listed).toMatchObject({ state: 'broken', reason: expect.stringContaining(problem) });
  expect((await home.engine.snapshot.verify({ name: from }))[0]).toMatchObject({ state: 'damaged' });
  expect(await guestSays(home, 'm', 'echo $nonce')).toBe('kept');
  expect(await names()).toEqual(['m']);
  expect(await lastOrphansIn(home)).toEqual([]);
  await home.engine.snapshot.remove({ name: from });
});

test.each<[string, (state: string) => void]>([
  ['cut off', (it) => truncateSync(it, 100_000)],
  ['empty', (it) => truncateSync(it, 0)],
  ['followed by nonsense', (it) => appendFileSync(it, 'nonsense')],
  ['nonsense', (it) => writeFileSync(it, Buffer.alloc(300_000, 'nonsense'))],
])(
  'a state that is %s: no QEMU is left hanging, and a restore gives nothing up for it',
  async (how, spoil) => {
    spoilt('bad', (it) => spoil(`${it}/state`));
    const forked = await home.engine.machine.fork({ from: 'm@bad', names: ['fork'] }).catch((error) => error);
    // QEMU does not read what comes behind the end of its state.
    if (how === 'followed by nonsense') await home.engine.machine.remove({ name: 'fork', force: true });
    else
      expect(forked).toMatchObject({
        code: 'snapshot-broken',
        message: expect.stringContaining('migration'),
      });
    await expect(
      home.engine.snapshot.restore({ name: 'm', snapshot: 'bad', force: true }),
    ).rejects.toMatchObject({
      code: 'snapshot-broken',
    });
    expect(await guestSays(home, 'm', 'echo $nonce')).toBe('kept');
    expect(await names()).toEqual(['m']);
    expect(await lastOrphansIn(home)).toEqual([]);
    await home.engine.snapshot.remove({ name: 'm@bad' });
  },
);

test('a frozen disk that was removed by hand is missed before anything is begun', async () => {
  const layer = readlinkSync(snapshot('s1/disk0.qcow2')).split('/').at(-1) as string;
  renameSync(home.path('.layers', layer), home.path('elsewhere.qcow2'));
  const broken = { code: 'snapshot-broken', message: expect.stringContaining(`${layer} is not there`) };
  await expect(home.engine.machine.fork({ from: 'm@s1' })).rejects.toMatchObject(broken);
  await expect(home.engine.snapshot.restore({ name: 'm@s1', force: true })).rejects.toMatchObject(broken);
  const [verified] = await home.engine.snapshot.verify({ name: 'm@s1' });
  expect(verified?.problems).toEqual([expect.stringContaining(`${layer} is not there`)]);
  renameSync(home.path('elsewhere.qcow2'), home.path('.layers', layer));
  expect(await guestSays(home, 'm', 'echo $nonce')).toBe('kept');
  expect([await names(), await lastOrphansIn(home)]).toEqual([['m'], []]);
});

test('a suspended machine whose state is nonsense keeps it, and boots without it when told so', async () => {
  await home.engine.machine.fork({ from: 'm@s1', names: ['fork'] });
  await home.engine.machine.suspend({ name: 'fork' });
  writeFileSync(home.path('fork/suspended/state'), Buffer.alloc(300_000, 'nonsense'));
  await expect(home.engine.machine.start({ name: 'fork' })).rejects.toMatchObject({ code: 'resume-failed' });
  expect(await home.engine.machine.status({ name: 'fork' })).toMatchObject({ state: 'suspended' });
  expect(readdirSync(home.path('fork/suspended')).sort()).toEqual(['memory', 'saved.json', 'state']);
  truncateSync(home.path('fork/suspended/memory'), 4096);
  await expect(home.engine.machine.start({ name: 'fork' })).rejects.toMatchObject({ code: 'state-broken' });
  await home.engine.machine.start({ name: 'fork', cold: true });
  expect(await home.engine.machine.status({ name: 'fork' })).toMatchObject({ state: 'running' });
  await home.engine.machine.remove({ name: 'fork', force: true });
});

test('strange things among the snapshots are none, and names are checked', async () => {
  writeFileSync(snapshot('a-file'), '');
  makeFifo(snapshot('a-fifo'));
  expect((await home.engine.snapshot.list({ name: 'm' })).map(({ name }) => name)).toEqual(['s1']);
  for (const name of ['..', '.', 'a/b', '', 'x@y', '-x', 'x'.repeat(64)]) {
    await expect(home.engine.snapshot.create({ name: 'm', snapshot: name })).rejects.toMatchObject({
      code: 'name-invalid',
    });
  }
  for (const from of ['m@s1@s1', 'm@..', '@s1', 'm@']) {
    await expect(home.engine.machine.fork({ from })).rejects.toMatchObject({ code: 'parameter-invalid' });
  }
  await expect(home.engine.machine.fork({ from: 'm@none' })).rejects.toMatchObject({
    code: 'snapshot-not-found',
  });
  await expect(home.engine.snapshot.create({ name: 'm', snapshot: 's1' })).rejects.toMatchObject({
    code: 'snapshot-exists',
  });
  rmSync(snapshot('a-file'));
  rmSync(snapshot('a-fifo'));
});

test('a paused machine is saved again and again, and stays so; its forks run', async () => {
  await home.engine.machine.pause({ name: 'm' });
  for (const name of ['p1', 'p2']) {
    expect((await home.engine.snapshot.create({ name: 'm', snapshot: name })).pause).toBe(0);
    expect(await home.engine.machine.status({ name: 'm' })).toMatchObject({ state: 'paused' });
  }
  await home.engine.machine.fork({ from: 'm@p2', names: ['kept'] });
  await home.engine.machine.fork({ from: 'm', names: ['now'] });
  expect(await home.engine.machine.status({ name: 'm' })).toMatchObject({ state: 'paused' });
  for (const name of ['kept', 'now']) {
    expect(await guestSays(home, name, 'echo $nonce')).toBe('kept');
    await home.engine.machine.remove({ name, force: true });
  }
  await home.engine.machine.resume({ name: 'm' });
  expect(await guestSays(home, 'm', 'echo $nonce')).toBe('kept');
  for (const name of ['p1', 'p2']) await home.engine.snapshot.remove({ name: `m@${name}` });
});

test('a machine that is down says what to type', async () => {
  await home.engine.machine.make({ name: 'down', memory: '64M', network: 'none' });
  const stopped = { code: 'machine-state', hint: 'Start it: vm start down' };
  await expect(home.engine.snapshot.create({ name: 'down' })).rejects.toMatchObject(stopped);
  await expect(home.engine.machine.fork({ from: 'down' })).rejects.toMatchObject(stopped);
  await expect(home.engine.machine.suspend({ name: 'down' })).rejects.toMatchObject(stopped);
  await home.engine.machine.remove({ name: 'down' });
});

/** How a machine of no guest is made unfit, and what names it. */
const unfit: [string, string, () => Promise<void>][] = [
  ['a raw disk', 'disks.0 (raw.img)', () => makeWith('disks:\n  - { file: raw.img, format: raw }\n')],
  [
    'an NVMe disk',
    'disks.0 (drive.qcow2)',
    () => makeWith('disks:\n  - { file: drive.qcow2, interface: nvme }\n'),
  ],
  [
    'a disk elsewhere',
    'disks.0 (../elsewhere.qcow2)',
    () => makeWith('disks:\n  - file: ../elsewhere.qcow2\n'),
  ],
  [
    'a template with a drive',
    'templates/drive',
    async () => {
      await makeWith('');
      mkdirSync(home.path('unfit/templates'));
      writeFileSync(home.path('unfit/templates/drive'), '-drive file=raw.img,format=raw,if=virtio\n');
    },
  ],
];

async function makeWith(disks: string): Promise<void> {
  await home.engine.machine.make({ name: 'unfit', memory: '64M', network: 'none', disk: '1M' });
  writeFileSync(home.path('unfit/raw.img'), Buffer.alloc(2 ** 20));
  if (disks === '') return;
  cpSync(home.path('unfit/drive.qcow2'), home.path('elsewhere.qcow2'));
  writeFileSync(home.path('unfit/machine.yaml'), `version: 1\nmemory: 64M\n${disks}`);
}

test.each(unfit)(
  '%s keeps a machine from being saved, and its guest does not stand still for it',
  async (_, what, make) => {
    await make();
    await home.engine.machine.start({ name: 'unfit' });
    await using events = await watchEvents(home.path('unfit/supervise/qmp'));
    const names = { code: 'save-unfit', details: { what: expect.stringContaining(what) } };
    await expect(home.engine.snapshot.create({ name: 'unfit' })).rejects.toMatchObject(names);
    await expect(home.engine.machine.fork({ from: 'unfit' })).rejects.toMatchObject(names);
    await expect(home.engine.machine.suspend({ name: 'unfit' })).rejects.toMatchObject(names);
    expect(events.seen).toEqual([]);
    await home.engine.machine.remove({ name: 'unfit', force: true });
    rmSync(home.path('elsewhere.qcow2'), { force: true });
    expect(await lastOrphansIn(home)).toEqual([]);
  },
);

test('a machine.yaml that was changed since the start is told before anything is done', async () => {
  await makeWith('');
  await home.engine.machine.start({ name: 'unfit' });
  await home.engine.machine.set({ name: 'unfit', changes: ['memory=96M', 'cpus=2'] });
  await using events = await watchEvents(home.path('unfit/supervise/qmp'));
  await expect(home.engine.machine.suspend({ name: 'unfit' })).rejects.toMatchObject({
    code: 'save-unfit',
    message: expect.stringContaining('was changed since'),
  });
  expect(events.seen).toEqual([]);
  await home.engine.machine.remove({ name: 'unfit', force: true });
});

test('a disk that lies on too many others is told, and how to make it one', async () => {
  await makeWith('');
  await layUnder('unfit', 150);
  await home.engine.machine.start({ name: 'unfit' });
  const deep = { code: 'save-unfit', hint: expect.stringContaining('qemu-img convert -O qcow2 drive.qcow2') };
  await expect(home.engine.snapshot.create({ name: 'unfit' })).rejects.toMatchObject(deep);
  await home.engine.machine.remove({ name: 'unfit', force: true });
  expect(await lastOrphansIn(home)).toEqual([]);
});

/** Lays empty layers under a machine's disk: the same file over and over, but for the name of what lies below. */
async function layUnder(machine: string, count: number): Promise<void> {
  const layer = (number: number) => `${String(number).padStart(16, '0')}.qcow2`;
  const first = home.path('.layers', layer(0));
  renameSync(home.path(machine, 'drive.qcow2'), first);
  const [top, below] = [
    home.path(machine, 'drive.qcow2'),
    { file: `../.layers/${layer(0)}`, format: 'qcow2' },
  ];
  await createDisk(new Scope(), top, 2 ** 20, below);
  const bytes = readFileSync(top, 'latin1');
  const on = (number: number) => Buffer.from(bytes.replace(layer(0), layer(number)), 'latin1');
  for (let number = 1; number < count; number++)
    writeFileSync(home.path('.layers', layer(number)), on(number - 1));
  writeFileSync(top, on(count - 1));
}

test('a machine of runit-vm is no fork’s source', async () => {
  mkdirSync(home.path('old/templates'), { recursive: true });
  writeFileSync(home.path('old/templates/all'), '-m 64M -display none -net none\n');
  await home.engine.machine.start({ name: 'old' });
  await expect(home.engine.machine.fork({ from: 'old' })).rejects.toMatchObject({
    code: 'save-unfit',
    hint: expect.stringContaining('vm import runit-vm'),
  });
  await home.engine.machine.remove({ name: 'old', force: true });
});
