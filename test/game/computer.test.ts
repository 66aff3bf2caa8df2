import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GameRoom, openGameRoom } from '../support/game.ts';
import { startGame } from '../support/luanti.ts';
import { startService } from '../support/service.ts';

/** The tests follow one game, its players, who have no client, and their computers. */
let room: GameRoom;

beforeAll(async () => {
  room = await openGameRoom({
    game: 'minetest_game',
    mods: ['digilines', '/usr/share/games/minetest/mods/mesecons'],
    settings: { server_unload_unused_data_timeout: 3, 'vivarium.running_per_player': 3 },
  });
});
afterAll(() => room?.[Symbol.asyncDispose]());

const check = <T>(name: string, given?: object, patience?: number): Promise<T> =>
  room.game.check<T>(name, given, patience);

const desk = { player: 'ann', at: { x: 0, y: 50, z: 0 } };

test('a player places a computer, powers it on, types, and sees the answer', async () => {
  await check('computer-on', desk, 100_000);
  await check('computer-does', { ...desk, line: 'uname -a', shows: 'GNU/Linux' });
  await check('computer-does', { ...desk, line: 'kept=$((40+2))', shows: 'kept' });
});

test('each goes on from where the one is that was booted for all', async () => {
  await check('computer-on', { player: 'bob', at: { x: 0, y: 50, z: 8 } });
  const machines = await room.home.engine.machine.list({});
  const origins = machines.filter(({ name }) => name.startsWith('game-pc-')).map(({ from }) => from);
  expect(origins).toHaveLength(2);
  for (const origin of origins) expect(JSON.stringify(origin)).toContain('warm-tiny');
});

test('keys that a line cannot hold, and larger letters', async () => {
  await check('computer-keys', desk);
});

test('whom nobody gave anything is told whom to ask', async () => {
  expect(await check('computer-stranger', { ...desk, player: 'eve' })).toContain('/vm share');
});

test("machines of other mods that act under a player's name open no form", async () => {
  await check('computer-machine', desk);
});

test('one that is being switched on is not forked to', async () => {
  const why = await check('computer-hasty', { player: 'fay', at: { x: 0, y: 50, z: 24 } }, 90_000);
  expect(why).toContain('One moment');
});

test('lines come and go by digilines', async () => {
  await check('computer-digilines', desk);
});

test('it is powered by mesecons, and powers them while it is on', async () => {
  await check('computer-mesecons', { player: 'cid', at: { x: 0, y: 50, z: 16 } }, 90_000);
});

test('one whose area goes while it boots is on when the area is there again', async () => {
  await check('computer-unloads', { player: 'dan', at: { x: 500, y: 50, z: 0 } }, 100_000);
});

test('its machine goes on where it was when the game and vmd are started anew', async () => {
  expect(await room.game.end()).toBe(0);
  await room.service.kill();
  room.service = await startService(room.home, room.service.port);
  room.game = await startGame(room.directory);
  await check('computer-sit', { ...desk, shows: ':~#' });
  await check('computer-does', { ...desk, line: 'echo "kept:$kept"', shows: 'kept:42' });
});

const namesOf = async () => (await room.home.engine.machine.list({})).map(({ name }) => name);

test('the machine goes when the block is dug', async () => {
  expect(await namesOf()).toContain('game-pc-ann-1');
  await check('computer-dug', desk);
  await expect.poll(namesOf, { timeout: 30_000 }).not.toContain('game-pc-ann-1');
});
