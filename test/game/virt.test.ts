import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type GameRoom, openGameRoom } from '../support/game.ts';
import { goesOn } from '../support/game-steps.ts';
import { luantiMods, makeWorld, startGame } from '../support/luanti.ts';
import { startService } from '../support/service.ts';

/** The tests follow one game and its machines. */
let room: GameRoom;

beforeAll(async () => {
  room = await openGameRoom({ mods: ['frontend', 'snoop'] });
});
afterAll(() => room?.[Symbol.asyncDispose]());

const check = <T>(name: string, given?: object, patience?: number): Promise<T> =>
  room.game.check<T>(name, given, patience);

const does = (machine: string, command: string): Promise<string> => check('virt-does', { machine, command });

test('a mod that was written for Virt runs as it is', async () => {
  await check('virt-frontend', { machine: 'desk' }, 90_000);
});

test('machines are objects as Virt has them', async () => {
  await check('virt-objects', { machine: 'a' });
});

test('key combinations are the bytes that Virt says', async () => {
  await check('virt-keys', { machine: 'a' });
});

test('what a machine prints comes whole and in order', async () => {
  await check('virt-order', { machine: 'a', last: 4000 });
});

test('a machine is killed, revived and switched off', async () => {
  await check('virt-life', { machine: 'b' }, 90_000);
});

test('a line of 10,000 characters arrives whole', async () => {
  const { count, content, digest } = await check<{ count: number; content: string; digest: string }>(
    'virt-long-line',
    { machine: 'a', length: 10_000 },
  );
  expect(count).toBe(10_001);
  expect(digest).toBe(createHash('md5').update(`${content}\n`).digest('hex'));
});

test('what thirty players type at once arrives on two requests', async () => {
  room.gate.most = 0;
  await goesOn(room.game, 'thirty players', async () => {
    const machines = ['a', 'b'];
    const told = await check('virt-players', { machines, players: 30, lines: 20 }, 90_000);
    expect(told).toEqual(['300\n300', '300\n300']);
  });
  expect(room.gate.most).toBeLessThanOrEqual(2);
});

test('a guest that prints for ever does not hold up the game', async () => {
  await goesOn(room.game, 'flood', async () => {
    expect(await check('virt-flood', { machine: 'a', steps: 40 })).toBeGreaterThan(10_000);
  });
});

test('a vmd that is slow does not hold up the game', async () => {
  room.gate.delay = 2000;
  await goesOn(room.game, 'slow vmd', () => does('a', 'echo slow'));
  room.gate.delay = 0;
});

test('what was sent when answers were lost is done once', async () => {
  room.gate.losesOneOf = 3;
  const sent = await check('virt-players', { machines: ['a'], players: 5, lines: 30 }, 90_000);
  room.gate.losesOneOf = 0;
  expect(sent).toEqual(['150\n150']);
});

test('vmd goes away and returns: the machine went on, and what was typed meanwhile arrives', async () => {
  expect(await does('a', 'kept=$((40+2))')).toBe('');
  await goesOn(room.game, 'no vmd', async () => {
    const said = room.game.log().length;
    await room.service.kill();
    await eventually(
      () => room.game.log().slice(said).includes('vmd does not answer'),
      'the mod to say that vmd is away',
    );
    const answer = does('a', 'echo "$kept"');
    room.service = await startService(room.home, room.service.port);
    expect(await answer).toBe('42');
  });
});

test('no other mod reaches the token or the HTTP API', async () => {
  const { found, looked } = await check<{ found: string; looked: number }>('snoop', { token: room.token });
  expect(found).toBe('');
  expect(looked).toBeGreaterThan(10_000);
});

test('a wrong token is said to be wrong, and the game goes on', async () => {
  const other = room.home.path('..', 'other');
  makeWorld(other, {
    game: 'devtest',
    mods: luantiMods,
    settings: { 'vivarium.url': room.service.url, 'vivarium.token': 'wrong' },
  });
  await using refused = await startGame(other);
  await goesOn(refused, 'wrong token', async () => {
    await eventually(
      () => refused.log().includes('vmd does not know the token'),
      () => `the mod to say what is wrong; the log is ${refused.log()}`,
    );
    await refused.check('steps', { count: 10 });
  });
  expect(await refused.end()).toBe(0);
});
