import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Gate, gateTo } from '../support/gate.ts';
import { testHome } from '../support/home.ts';
import { type Game, luantiMods, makeWorld, startGame } from '../support/luanti.ts';
import { newToken, startService, type TestService } from '../support/service.ts';

/** The tests follow one game and its machines; what is between the game and vmd is the tests' own. */
const home = testHome();
const directory = home.path('..', 'game');
const stack = new AsyncDisposableStack();
let service: TestService;
let gate: Gate;
let token: string;
let game: Game;

beforeAll(async () => {
  stack.use(home);
  service = await startService(home);
  stack.defer(() => service[Symbol.asyncDispose]());
  gate = stack.use(await gateTo(service.port));
  token = await newToken(home, 'game', 'control', { machines: ['game-*'], images: ['tiny'] });
  makeWorld(directory, {
    game: 'devtest',
    mods: [...luantiMods, 'digilines', 'frontend', 'snoop'],
    settings: { 'vivarium.url': gate.url, 'vivarium.token': token },
  });
  game = stack.use(await startGame(directory));
});
afterAll(() => stack.disposeAsync());

interface Spread {
  steps: number;
  p50: number;
  p99: number;
  max: number;
}

/** Milliseconds that the mod may take of a step. */
const bar = 5;

/** Does something, and sees that the mod's work in each step meanwhile was little. */
async function inLittleTime(what: string, act: () => Promise<unknown>): Promise<void> {
  await game.check('profile');
  await act();
  const spread = await game.check<Spread>('profile');
  console.log(`${what}: ${JSON.stringify(spread)}`);
  expect(spread.p99).toBeLessThanOrEqual(bar);
}

const does = (machine: string, command: string): Promise<string> =>
  game.check('virt-does', { machine, command });

test('a mod that was written for Virt runs as it is', async () => {
  await game.check('virt-frontend', { machine: 'desk' }, 90_000);
});

test('machines are objects as Virt has them', async () => {
  await game.check('virt-objects', { machine: 'a' });
});

test('key combinations are the bytes that Virt says', async () => {
  await game.check('virt-keys', { machine: 'a' });
});

test('what a machine prints comes whole and in order', async () => {
  await game.check('virt-order', { machine: 'a', last: 4000 });
});

test('a machine is killed, revived and switched off', async () => {
  await game.check('virt-life', { machine: 'b' }, 90_000);
});

test('a line of 10,000 characters arrives whole', async () => {
  const { count, content, digest } = await game.check<{ count: number; content: string; digest: string }>(
    'virt-long-line',
    { machine: 'a', length: 10_000 },
  );
  expect(count).toBe(10_001);
  expect(digest).toBe(createHash('md5').update(`${content}\n`).digest('hex'));
});

test('what thirty players type at once arrives on two requests', async () => {
  gate.most = 0;
  await inLittleTime('thirty players', async () => {
    const machines = ['a', 'b'];
    const told = await game.check('virt-players', { machines, players: 30, lines: 20 }, 90_000);
    expect(told).toEqual(['300\n300', '300\n300']);
  });
  expect(gate.most).toBeLessThanOrEqual(2);
});

test('a guest that prints for ever does not hold up the game', async () => {
  await inLittleTime('flood', async () => {
    expect(await game.check('virt-flood', { machine: 'a', steps: 40 })).toBeGreaterThan(10_000);
  });
});

test('a vmd that is slow does not hold up the game', async () => {
  gate.delay = 2000;
  await inLittleTime('slow vmd', () => does('a', 'echo slow'));
  gate.delay = 0;
});

test('what was sent when answers were lost is done once', async () => {
  gate.losesOneOf = 3;
  const sent = await game.check('virt-players', { machines: ['a'], players: 5, lines: 30 }, 90_000);
  gate.losesOneOf = 0;
  expect(sent).toEqual(['150\n150']);
});

test('vmd goes away and returns: the machine went on, and what was typed meanwhile arrives', async () => {
  expect(await does('a', 'kept=$((40+2))')).toBe('');
  await inLittleTime('no vmd', async () => {
    await service.kill();
    const answer = does('a', 'echo "$kept"');
    await eventually(() => game.log().includes('vmd does not answer'), 'the mod to say that vmd is away');
    service = await startService(home, service.port);
    expect(await answer).toBe('42');
  });
});

test('no other mod reaches the token or the HTTP API', async () => {
  const { found, looked } = await game.check<{ found: string; looked: number }>('snoop', { token });
  expect(found).toBe('');
  expect(looked).toBeGreaterThan(10_000);
});

test('a wrong token is said to be wrong, and the game goes on', async () => {
  const other = home.path('..', 'other');
  makeWorld(other, {
    game: 'devtest',
    mods: [...luantiMods],
    settings: { 'vivarium.url': service.url, 'vivarium.token': 'wrong' },
  });
  await using refused = await startGame(other);
  await eventually(
    () => refused.log().includes('vmd does not know the token'),
    'the mod to say what is wrong',
  );
  expect((await refused.check<Spread>('profile')).max).toBeLessThan(bar);
  expect(await refused.end()).toBe(0);
});
