import type { Pixels } from '../../src/qemu/png.ts';
import { eventually } from './eventually.ts';
import { type GameRoom, openGameRoom } from './game.ts';
import { joinGame } from './luanti-client.ts';
import { startXScreen } from './x-screen.ts';

/** A player who sits at a computer's screen, at the window of a real client. */
export interface AtComputer extends AsyncDisposable {
  room: GameRoom;
  /** Types a line, and waits until the game shows what is awaited. */
  types(line: string, shows: string): Promise<void>;
  /** What the client's window shows, once `seen` finds it there. */
  picture(seen: (picture: Pixels) => boolean): Promise<Pixels>;
}

const player = 'ann';

/** Seconds that a button of the mouse is held down for, so that a frame of the client sees it. */
const held = 0.1;

/** Milliseconds until what had no effect is done again: the client may not have been ready for it. */
const patience = 2000;

/** On a screen of 1024 by 600: the button that powers on, in the form of a computer that is off. */
const powerButton = [385, 381] as const;

/** Left of that button, within the form, which is dark, and beside it, where one sees the world by day. */
const [within, without] = [
  [322, 381],
  [306, 381],
] as const;

/** Places a computer, and powers it on, with the mouse. */
export async function sitDown(): Promise<AtComputer> {
  await using undo = new AsyncDisposableStack();
  const room = undo.use(
    await openGameRoom({
      game: 'minetest_game',
      settings: {
        mg_name: 'flat',
        mg_flags: 'nocaves,nodungeons,nodecorations,nobiomes',
        static_spawnpoint: '0,9,0',
        time_speed: 0,
      },
    }),
  );
  const { game, home } = room;
  const screen = undo.use(await startXScreen(home.path('..', 'screen')));
  undo.use(await joinGame(game, screen, home.path('..', 'client'), player));
  const press = (button: number) => screen.act('mousedown', button, 'sleep', held, 'mouseup', button);

  /** Does something again and again until the game has seen what comes of it. */
  const until = async <T>(name: string, given: object, act: () => void): Promise<T> => {
    let ended = false;
    const checked = game.check<T>(name, given).finally(() => {
      ended = true;
    });
    checked.catch(() => {}); // whether it failed is seen below
    let again = 0;
    await eventually(() => {
      if (!ended && performance.now() > again) {
        act();
        again = performance.now() + patience;
      }
      return ended;
    }, name);
    return await checked;
  };

  const picture: AtComputer['picture'] = (seen) =>
    eventually(
      () => {
        const now = screen.picture();
        return seen(now) && now;
      },
      'the picture',
      20_000,
    );

  const stand = (z: number, item: string) =>
    game.check('stand', { player, at: { x: 0, y: 9, z }, yaw: 0, pitch: 0.5, item });
  await stand(0, 'vivarium:computer');
  const place = await until<{ z: number }>('placed', { node: 'vivarium:computer' }, () => press(3));
  // Two blocks before it, one looks at its middle.
  await stand(place.z - 2, '');
  await until('form', { player, shows: ';on;' }, () => press(3));

  // Once: the next form has another button in the same place.
  await picture((now) => brightnessAt(now, within) < 40 && brightnessAt(now, without) > 50);
  screen.act('mousemove', ...powerButton);
  press(1);
  await game.check('form', { player, shows: ';line;' }, 90_000);
  await game.check('hud', { player, shows: ':~#' }, 90_000);
  await picture(isDark);

  const types = async (line: string, shows: string) => {
    screen.act('type', '--delay', 50, line);
    screen.act('key', 'Return');
    await game.check('hud', { player, shows });
  };
  const stack = undo.move();
  return { room, types, picture, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Whether the computer's screen lies over the world: hardly a pixel of it is a letter, most are its black. */
export function isDark(picture: Pixels): boolean {
  const all = [...brightnessOf(picture)];
  return all.filter((brightness) => brightness < 40).length > all.length * 0.6;
}

/** How many pixels are as bright as letters are, where the computer's screen is and the game's chat is not. */
export function inked(picture: Pixels): number {
  let count = 0;
  for (const brightness of brightnessOf(picture)) if (brightness > 150) count++;
  return count;
}

function brightnessAt({ width, rgb }: Pixels, [x, y]: readonly [number, number]): number {
  const at = (y * width + x) * 3;
  return Math.max(...rgb.subarray(at, at + 3));
}

/** From 0 to 255, of each pixel where the computer's screen is and the game's chat is not. */
function* brightnessOf({ width, height, rgb }: Pixels): Generator<number> {
  const [first, last] = [0.1, 0.7].map((part) => width * Math.floor(height * part) * 3);
  for (let at = first as number; at < (last as number); at += 3)
    yield Math.max(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number);
}
