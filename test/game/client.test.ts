import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, test } from 'vitest';
import { encodePng } from '../../src/qemu/png.ts';
import { eventually } from '../support/eventually.ts';
import { testHome } from '../support/home.ts';
import { type Game, makeWorld, startGame } from '../support/luanti.ts';
import { joinGame } from '../support/luanti-client.ts';
import { startXScreen, type XScreen } from '../support/x-screen.ts';

/** A player at the window of a client. */
const home = testHome();
const directory = home.path('..', 'game');
const stack = new AsyncDisposableStack();
let game: Game;
let screen: XScreen;

beforeAll(async () => {
  stack.use(home);
  makeWorld(directory, {
    game: 'minetest_game',
    mods: [],
    settings: {
      mg_name: 'flat',
      mg_flags: 'nocaves,nodungeons,nodecorations,nobiomes',
      static_spawnpoint: '0,9,0',
      time_speed: 0,
    },
  });
  [game, screen] = await Promise.all([startGame(directory), startXScreen(home.path('..', 'screen'))]);
  stack.use(game);
  stack.use(screen);
  stack.use(await joinGame(game, screen, home.path('..', 'ann'), 'ann'));
});
afterAll(() => stack.disposeAsync());

test('a player places a block', async () => {
  screen.act('search', '--name', 'Minetest', 'windowfocus', '--sync', 'mousemove', 512, 300);
  await game.check('stand', {
    player: 'ann',
    at: { x: 0, y: 9, z: 0 },
    yaw: 0,
    pitch: 0.6,
    item: 'default:mese',
  });
  const placed = game.check('placed', { node: 'default:mese' });
  let done = false;
  placed.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  await eventually(async () => {
    writeFileSync('/root/.cache/work/harness/t/p.png', encodePng(screen.picture()));
    if (!done) {
      screen.act('mousedown', 3);
      await new Promise((r) => setTimeout(r, 200));
      screen.act('mouseup', 3);
    }
    return done;
  }, 'the click');
  console.log(await placed);
  writeFileSync('/root/.cache/work/harness/t/p.png', encodePng(screen.picture()));
});
