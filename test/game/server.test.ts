import { afterAll, beforeAll, expect, test } from 'vitest';
import { testHome } from '../support/home.ts';
import { type Game, makeWorld, startGame } from '../support/luanti.ts';

/** The tests follow one game, in which each machine is a test's own. */
const home = testHome();
const directory = home.path('..', 'game');
const stack = new AsyncDisposableStack();
let game: Game;

beforeAll(async () => {
  stack.use(home);
  makeWorld(directory, { game: 'devtest', mods: [], settings: {} });
  game = await startGame(directory);
  stack.use(game);
});
afterAll(() => stack.disposeAsync());

test('the mod takes little of a step', async () => {
  const spread = await game.check<{ p99: number }>('profile');
  expect(spread.p99).toBeLessThan(5);
});
