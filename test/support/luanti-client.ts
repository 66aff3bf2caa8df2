import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { Game } from './luanti.ts';
import type { XScreen } from './x-screen.ts';

export const luantiClient = '/usr/games/minetest';

const settings = {
  fullscreen: false,
  enable_sound: false,
  enable_shaders: false,
  enable_particles: false,
  viewing_range: 20,
  fps_max: 20,
  fps_max_unfocused: 20,
};

/** A client with a window on an X screen, as the player `name`. Returns when the player is in the game. */
export async function joinGame(
  game: Game,
  screen: XScreen,
  directory: string,
  name: string,
): Promise<AsyncDisposable> {
  const { width, height } = screen.picture();
  mkdirSync(directory, { recursive: true });
  const all = { ...settings, screen_w: width, screen_h: height };
  const lines = Object.entries(all).map(([key, value]) => `${key} = ${value}`);
  writeFileSync(join(directory, 'client.conf'), `${lines.join('\n')}\n`);
  const child = spawn(
    luantiClient,
    [
      ...['--go', '--address', '127.0.0.1', '--port', `${game.port}`, '--name', name, '--password', ''],
      ...['--config', 'client.conf', '--logfile', '', '--color', 'never'],
    ],
    {
      cwd: directory,
      env: {
        ...process.env,
        HOME: directory,
        MINETEST_USER_PATH: directory,
        DISPLAY: screen.display,
        LIBGL_ALWAYS_SOFTWARE: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const leave = async () => {
    child.kill('SIGKILL');
    if (!gone()) await once(child, 'exit');
  };
  try {
    await eventually(
      () => {
        if (gone()) throw new Error(`the client has ended; it said:\n${said}`);
        return game.log().includes(`${name} [127.0.0.1] joins game`);
      },
      () => `${name} to join; the client said:\n${said}`,
      60_000,
    );
    await game.check('sees', { player: name });
  } catch (error) {
    await leave();
    throw error;
  }
  // Without a window manager nobody else gives it the keyboard.
  screen.act('search', '--name', 'Minetest', 'windowfocus', '--sync', 'mousemove', width / 2, height / 2);
  return { [Symbol.asyncDispose]: leave };
}
