import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditLog } from '../../src/access/audit-log.ts';
import { everything, type Grant } from '../../src/access/grant.ts';
import { granted } from '../../src/access/granted.ts';
import { writeFileAtomic } from '../../src/host/atomic-file.ts';
import { type Engine, Scope } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { guestSays } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { killAt } from '../support/kill-at.ts';
import { lastOrphansIn } from '../support/orphans.ts';
import { sharedHome } from '../support/place.ts';

let home: TestHome;

const settings = { image: 'tiny', memory: '128M', network: 'none' } as const;
const flags = ['--memory', '128M', '--network', 'none'];
const warm = 'warm-tiny+128M+offline';

/** An image of the home's own, which can be replaced. */
beforeAll(() => {
  home = testHome();
  rmSync(home.path('.images'));
  execFileSync('cp', ['-al', join(sharedHome, '.images'), home.vmdir]);
});
afterAll(async () => await home[Symbol.asyncDispose]());

const names = async () => (await home.engine.machine.list({})).map(({ name }) => name);

/** What is told meanwhile. */
async function launch(engine: Engine, parameters: object): Promise<string[]> {
  const told: string[] = [];
  const scope = new Scope({ timeout: 60_000, report: ({ text }) => told.push(text) });
  await engine.machine.launch({ ...settings, ...parameters }, scope);
  return told;
}

function as(more: Partial<Grant>): Engine {
  const opened = openHome(home.env);
  const own: Partial<Grant> = { id: 'ci', scope: 'control', machines: ['game-*'], images: ['tiny'] };
  const log = new AuditLog(opened);
  return granted(home.engine, opened, { ...everything, ...own, ...more }, { log, from: 'here' });
}

const booted = (told: string[]) => told.some((it) => it.startsWith(`Booting ${warm}`));

function replaceImage(): void {
  const file = home.path('.images/tiny/image.json');
  const image = JSON.parse(readFileSync(file, 'utf8'));
  writeFileAtomic(file, JSON.stringify({ ...image, append: `${image.append} replaced` }));
}

test('two at once boot one guest, and each has a machine that waits at its prompt', async () => {
  const both = await Promise.all([1, 2].map(() => home.vm('launch', 'tiny', ...flags)));
  expect(both.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(Array(2).fill([0, '']));
  const told = both.flatMap(({ stderr }) => stderr.split('\n').filter((it) => it.includes('Booting')));
  expect(told).toEqual([expect.stringContaining(warm)]);
  expect(await names()).toEqual(['tiny-1', 'tiny-2', warm]);
  for (const name of ['tiny-1', 'tiny-2']) expect(await guestSays(home, name, 'echo $((6*7))')).toBe('42');
  expect(await home.engine.machine.status({ name: warm })).toMatchObject({ state: 'stopped' });
});

test('from then on nothing boots; it hears its host at once, knows the time and shows where it waits', async () => {
  expect(booted(await launch(home.engine, { names: ['again'] }))).toBe(false);
  const began = Date.now() / 1000;
  const { stdout } = await home.engine.machine.exec({ name: 'again', command: ['date', '+%s'] });
  expect(Number(stdout)).toBeGreaterThan(began - 2);
  expect(Number(stdout)).toBeLessThan(Date.now() / 1000 + 2);
  const { scrollback, close } = await home.engine.machine.console({ name: 'again' });
  close();
  expect(Buffer.from(scrollback).toString()).toContain('root@tiny:~# ');
  expect(await home.engine.machine.status({ name: 'again' })).toMatchObject({ from: `${warm}@ready` });
});

test('a token launches within its limits, and neither sees nor counts what is kept warm', async () => {
  const none = as({ network: 'none', maxMachines: 1, maxMemory: 128 * 2 ** 20 });
  const refused = (parameters: object, code: string, engine = none) =>
    expect(launch(engine, parameters)).rejects.toMatchObject({ code });
  await refused({ names: ['other'] }, 'permission-denied');
  await refused({}, 'permission-denied'); // tiny-3 is none of its names
  await refused({ names: ['game-1'], network: 'user' }, 'permission-denied');
  await refused({ names: ['game-1'], image: 'secret' }, 'image-not-found');
  await refused({ names: ['game-1'], count: 2, name: 'game-%d' }, 'limit-reached');
  await refused({ names: ['game-1'], memory: '129M' }, 'limit-reached');
  await refused({ count: 0, memory: '129M' }, 'limit-reached');
  await refused({ names: ['game-1'] }, 'permission-denied', as({ scope: 'console' }));
  expect(booted(await launch(none, { names: ['game-1'], network: undefined }))).toBe(false);
  expect((await none.machine.list({})).map(({ name, from }) => [name, from])).toEqual([
    ['game-1', undefined],
  ]);
  await refused({ names: ['game-2'] }, 'limit-reached');
  const all = as({ machines: ['*'] });
  expect((await all.machine.list({})).map(({ name }) => name)).toEqual([
    'again',
    'game-1',
    'tiny-1',
    'tiny-2',
  ]);
  await expect(all.machine.start({ name: warm })).rejects.toMatchObject({ code: 'machine-not-found' });
});

test('a machine of that name that is somebody else’s stays, and is named', async () => {
  await home.engine.machine.make({ name: 'warm-tiny+64M', disk: 'none' });
  await expect(launch(home.engine, { memory: '64M', network: 'user' })).rejects.toMatchObject({
    code: 'warm-name-taken',
  });
  expect(await names()).toContain('warm-tiny+64M');
  await home.engine.machine.remove({ name: 'warm-tiny+64M' });
});

/** Little time is left as soon as QEMU is there, however long that takes. */
class UntilBooting extends Scope {
  override get left(): number {
    const boots = globSync('.warm-*/supervise/engine', { cwd: home.vmdir }).length > 0;
    return boots ? 300 : super.left;
  }
}

test('a guest that comes to no prompt in time is told of, with what it said, and is gone', async () => {
  const before = await names();
  const scope = new UntilBooting({ timeout: 60_000 });
  const launched = home.engine.machine.launch({ ...settings, memory: '96M' }, scope);
  await expect(launched).rejects.toMatchObject({
    code: 'timeout',
    details: { awaited: expect.stringContaining('console of tiny'), lines: expect.any(Array) },
  });
  expect(await names()).toEqual(before);
  expect(await lastOrphansIn(home)).toEqual([]);
});

test('one of an image that was replaced is made anew, also after a launch that was killed half way', async () => {
  replaceImage();
  await killAt(home, 'start: answered', ['launch', 'tiny', 'anew', ...flags]);
  expect(await names()).not.toContain(warm);
  const limited = as({ maxMachines: 3 });
  const boots = Promise.withResolvers<void>();
  const report = ({ text }: { text: string }) => text.startsWith('Booting') && boots.resolve();
  const scope = new Scope({ timeout: 60_000, report });
  const launched = limited.machine.launch({ ...settings, names: ['game-2'] }, scope);
  await Promise.race([boots.promise, launched]);
  // What else the token asks for meanwhile has its turn.
  await limited.machine.make({ name: 'game-3', disk: 'none' });
  expect(await names()).not.toContain('game-2');
  await launched;
  expect(await guestSays(home, 'game-2', 'cat /proc/cmdline')).toContain(' replaced ');
  expect(await guestSays(home, 'again', 'cat /proc/cmdline')).not.toContain(' replaced ');
});

test('one that this host’s QEMU cannot go on from is made anew', async () => {
  const file = home.path(warm, 'snapshots/ready/saved.json');
  const saved = JSON.parse(readFileSync(file, 'utf8'));
  writeFileAtomic(file, JSON.stringify({ ...saved, accelerator: 'another' }));
  await killAt(home, 'start: answered', ['launch', 'tiny', 'unfit', ...flags]); // it boots
  expect(await names()).toEqual(['again', 'game-1', 'game-2', 'game-3', 'tiny-1', 'tiny-2']);
  expect(await lastOrphansIn(home)).toEqual([]);
});
