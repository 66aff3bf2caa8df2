import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CrashPoint, snapshotCrashPoints } from '../../src/host/crash-point.ts';
import { lock } from '../../src/host/lock.ts';
import type { MachineState } from '../../src/protocol/views.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { killAt } from '../support/kill-at.ts';
import { orphansIn } from '../support/orphans.ts';

/** Only in the memory of the guest, and only on its disk. */
const nonce = randomUUID().slice(0, 8);
const written = randomUUID().slice(0, 8);

/** The steps that each command passes: all of the list are here, and some of what it shares with other commands. */
const scenes: Record<string, { killed: string[]; at: CrashPoint[] }> = {
  'snapshot create': {
    killed: ['snapshot', 'create', 'm', 'new'],
    at: [
      'pending: filled',
      'pending: announced',
      'save: announced',
      'save: begun',
      'save: standing',
      'save: copied',
      'pending: moved',
      'save: switched',
      'save: completed',
      'save: gone on',
      'snapshot: filled',
      'snapshot: placed',
    ],
  },
  'fork of what runs': {
    killed: ['fork', 'm', 'new'],
    at: ['save: switched', 'fork: drafted', 'fork: placed'],
  },
  'fork of a snapshot': {
    killed: ['fork', 'm@s1', 'new'],
    at: [
      'start: marked',
      'start: told',
      'resume: loaded',
      'resume: used',
      'resume: gone on',
      'fork: resumed',
      'fork: placed',
    ],
  },
  'restore of what runs': {
    killed: ['restore', '--force', 'm@s1'],
    at: ['pending: filled', 'stop: down', 'pending: announced', 'pending: moved', 'resume: loaded'],
  },
  suspend: {
    killed: ['suspend', 'm'],
    at: [
      'save: standing',
      'save: completed',
      'suspend: filled',
      'suspend: placed',
      'quit: told',
      'suspend: quit',
    ],
  },
};

/** Of these the second command begins where the first has ended. */
const scenesOfStopped: Record<string, { before: string[]; killed: string[]; at: CrashPoint[] }> = {
  'restore of what is down': {
    before: ['stop', '--now', 'm'],
    killed: ['restore', 'm@s1'],
    at: ['pending: announced', 'pending: moved'],
  },
  'start of what is suspended': {
    before: ['suspend', 'm'],
    killed: ['start', 'm'],
    at: ['start: supervised', 'start: told', 'resume: loaded', 'resume: used', 'resume: gone on'],
  },
};

const cases = Object.entries({ ...scenes, ...scenesOfStopped }).flatMap(([name, scene]) =>
  scene.at.map((point) => ({ name, point, before: undefined, ...scene })),
);

let home: TestHome;

beforeAll(async () => {
  home = testHome();
  await bootTiny(home, 'm', { memory: '128M', disk: '16M' });
  await guestSays(home, 'm', `nonce=${nonce}; echo ${written} >/dev/vda; sync`);
  await home.engine.snapshot.create({ name: 'm', snapshot: 's1' });
});
afterAll(async () => await home[Symbol.asyncDispose]());

/** Who has booted since does not know the one; the other is read from the disk anew. */
const remembered = async (name: string) =>
  await guestSays(home, name, 'echo 3 >/proc/sys/vm/drop_caches; echo $nonce $(head -n 1 /dev/vda)');

async function isFree(name: string): Promise<boolean> {
  using held = await lock(home.path(name), { wait: 0 });
  return held !== undefined;
}

/** How a machine is, as soon as nobody is busy with it any more. */
async function stateOf(name: string): Promise<MachineState> {
  const states: MachineState[] = ['running', 'paused', 'suspended', 'stopped', 'failed', 'broken'];
  return await eventually(async () => {
    const found = (await home.engine.machine.list({})).find((it) => it.name === name);
    return found && states.includes(found.state) ? found.state : undefined;
  }, `${name} to be in peace`);
}

async function bringUp(name: string): Promise<void> {
  const state = await stateOf(name);
  if (state === 'paused') await home.engine.machine.resume({ name });
  else if (state !== 'running') await home.engine.machine.start({ name });
}

/** As users would look for it, when whoever stays behind a killed command has ended too, and then with our own eyes. */
async function nothingIsOrphaned(machines: string[]): Promise<void> {
  for (const name of machines) await eventually(() => isFree(name), `${name} to be nobody's`);
  expect((await home.engine.machine.list({})).map(({ name }) => name)).toEqual(machines);
  await eventually(
    () => orphansIn(home).length === 0,
    () => `these to be gone: ${orphansIn(home).join('; ')}`,
    10_000,
  );
}

describe.each(cases)('$name, killed after $point', ({ name, point, before, killed }) => {
  test('loses nothing and leaves nothing', async () => {
    if (before) expect((await home.vm(...before)).stderr).not.toContain('vm:');
    await killAt(home, point, killed);
    const made = point === 'fork: placed' ? ['m', 'new'] : ['m'];
    await nothingIsOrphaned(made);
    if (point === 'fork: placed') {
      expect(await remembered('new')).toBe(`${nonce} ${written}`);
      await home.engine.machine.remove({ name: 'new', force: true });
    }
    // What a restore gives up by force is lost when that is given up, and the snapshot is not.
    const givenUp = (await stateOf('m')) === 'stopped' && name.startsWith('restore');
    if (givenUp) await home.engine.snapshot.restore({ name: 'm', snapshot: 's1' });
    else await bringUp('m');
    expect(await remembered('m')).toBe(`${nonce} ${written}`);
    if (point === 'snapshot: placed') await home.engine.snapshot.remove({ name: 'm', snapshot: 'new' });
    expect((await home.engine.snapshot.list({ name: 'm' })).map((it) => it.name)).toEqual(['s1']);
    await nothingIsOrphaned(['m']);
  });
});

test.each(['save: standing', 'save: completed'] as const)(
  'a guest that was paused stays so when vm was killed after %s',
  async (point) => {
    await home.engine.machine.pause({ name: 'm' });
    await killAt(home, point, ['snapshot', 'create', 'm', 'new']);
    await nothingIsOrphaned(['m']);
    expect(await stateOf('m')).toBe('paused');
    await home.engine.machine.resume({ name: 'm' });
    expect(await remembered('m')).toBe(`${nonce} ${written}`);
  },
);

test('then it is saved and forked as ever', async () => {
  await home.engine.snapshot.create({ name: 'm', snapshot: 's2' });
  const { forks } = await home.engine.machine.fork({ from: 'm', names: ['one', 'two'] });
  expect(forks.map(({ name }) => name)).toEqual(['one', 'two']);
  for (const { name } of forks) expect(await remembered(name)).toBe(`${nonce} ${written}`);
  await home.engine.machine.remove({ name: 'two', force: true });
  expect((await home.engine.snapshot.verify({ name: 'm' })).map(({ problems }) => problems)).toEqual([
    [],
    [],
  ]);
});

test('a snapshot is gone when its removal was killed, and nobody else misses it', async () => {
  await killAt(home, 'snapshot: removed', ['snapshot', 'rm', '--force', 'm', 's2']);
  await nothingIsOrphaned(['m', 'one']);
  expect((await home.engine.snapshot.list({ name: 'm' })).map((it) => it.name)).toEqual(['s1']);
  expect(await remembered('m')).toBe(`${nonce} ${written}`);
});

test.each(['remove: renamed', 'remove: deleted'] as const)(
  'a source whose removal was killed after %s is gone, and its forks are whole',
  async (point) => {
    const source = point === 'remove: renamed' ? 'm' : 'one';
    const fork = point === 'remove: renamed' ? 'one' : 'other';
    if (fork === 'other') await home.engine.machine.fork({ from: source, names: [fork] });
    await killAt(home, point, ['rm', '--force', source]);
    await nothingIsOrphaned([fork]);
    expect(await remembered(fork)).toBe(`${nonce} ${written}`);
  },
);

test('every crash point is reached by a command here', () => {
  const reached = [...cases.map(({ point }) => point), 'snapshot: removed'];
  expect([...snapshotCrashPoints].filter((point) => !reached.includes(point))).toEqual([]);
});
