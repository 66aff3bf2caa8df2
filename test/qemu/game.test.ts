import { afterAll, beforeAll, test } from 'vitest';
import { GameSession } from '../support/game-session.ts';
import { bootTiny } from '../support/guest.ts';
import { testHome } from '../support/home.ts';
import { newToken, startService, type TestService } from '../support/service.ts';

/** One vmd and one guest, which the sessions below look at and type to. */
const home = testHome();
const stack = new AsyncDisposableStack();
let service: TestService;
let token: string;

beforeAll(async () => {
  stack.use(home);
  await bootTiny(home, 'game-m');
  await home.engine.machine.make({ name: 'other', disk: 'none' });
  token = await newToken(home, 'game', 'control', { machines: ['game-*'] });
  service = stack.use(await startService(home));
});
afterAll(() => stack.disposeAsync());

const open = async (more: { polls?: boolean; leave?: string; grace?: number } = {}) =>
  await GameSession.open(service.url, token, more);

test('what is typed is seen, soon', async () => {
  await using game = await open();
  await game.send({ act: 'look', machine: 'game-m' });
  await game.sees('game-m', 'root@game-m:~#');
  await game.type('game-m', 'echo seen-$((40+2))\n');
  await game.sees('game-m', 'seen-42');
});
