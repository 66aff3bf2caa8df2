import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.ts';
import { freeUdpPort } from './ports.ts';

export const luantiServer = '/usr/games/minetestserver';

const ownMods = join(import.meta.dirname, '../game/mods');

/** The mods of this repository. */
export const luantiMods = ['vivarium', 'virt'].map((name) => join(import.meta.dirname, '../../luanti', name));

export interface World {
  game: 'devtest' | 'minetest_game';
  /** Mods by path, or by name where they are in test/game/mods; `checks` is always there. */
  mods: string[];
  settings: Record<string, string | number | boolean>;
}

/** A game server without a window, and what its mod `checks` does for a test. */
export interface Game extends AsyncDisposable {
  pid: number;
  port: number;
  /** What the server has logged so far. */
  log(): string;
  /** Has a check done by its name. @returns its result; fails with what has failed there */
  check<T = unknown>(name: string, given?: object, patience?: number): Promise<T>;
  /** Has the game end as its owner would. @returns its exit code */
  end(): Promise<number | null>;
  ended(): Promise<number | null>;
}

/** Makes a world in a directory: what a server needs is in there, and it may be started again and again. */
export function makeWorld(directory: string, { game, mods, settings }: World): void {
  const world = join(directory, 'world');
  mkdirSync(join(world, 'worldmods'), { recursive: true });
  mkdirSync(join(directory, 'user'), { recursive: true });
  // The backends that are files have the server wait for two seconds.
  const backends = ['', 'player_', 'auth_', 'mod_storage_'].map((what) => `${what}backend = sqlite3`);
  writeFileSync(join(world, 'world.mt'), [`gameid = ${game}`, ...backends, ''].join('\n'));
  for (const mod of ['checks', ...mods]) {
    symlinkSync(mod.startsWith('/') ? mod : join(ownMods, mod), join(world, 'worldmods', basename(mod)));
  }
  const all = {
    bind_address: '127.0.0.1',
    server_announce: false,
    mg_name: 'singlenode',
    'secure.http_mods': 'vivarium',
    ...settings,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key} = ${value}`);
  writeFileSync(join(directory, 'server.conf'), `${lines.join('\n')}\n`);
}

/** Starts a server for a world, at a free port. Returns when it has made its first step. */
export async function startGame(directory: string): Promise<Game> {
  const port = await freeUdpPort();
  const orders = join(directory, 'world/checks');
  writeFileSync(orders, '');
  const args = ['--config', 'server.conf', '--world', 'world', '--port', `${port}`, '--logfile', ''];
  const user = join(directory, 'user');
  const child = spawn(luantiServer, [...args, '--color', 'never'], {
    cwd: directory,
    env: { ...process.env, HOME: user, MINETEST_USER_PATH: user },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  const outcomes = new Map<string, { ok: boolean; value: unknown }[]>();
  createInterface(child.stdout).on('line', (line) => {
    const [, outcome, name = '', value = ''] = /^(ok|failed) (\S+) (.*)$/.exec(line) ?? [];
    if (!outcome) return;
    const kept = outcomes.get(name) ?? [];
    outcomes.set(name, [...kept, { ok: outcome === 'ok', value: JSON.parse(value) }]);
  });
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const tail = () => lastLines(log);
  const ended = async () => {
    if (!gone()) await once(child, 'exit');
    return child.exitCode;
  };
  const outcome = async <T>(name: string, patience: number): Promise<T> => {
    const { ok, value } = await eventually(
      () => {
        const found = outcomes.get(name)?.shift();
        if (!found && gone()) throw new Error(`the server has ended before ${name} has; its log:\n${tail()}`);
        return found;
      },
      () => `the check ${name}; the server's log:\n${tail()}`,
      patience,
    );
    if (!ok) throw new Error(`${name}: ${value}\nThe server's log:\n${tail()}`);
    return value as T;
  };
  const game: Game = {
    pid: child.pid as number,
    port,
    log: () => log,
    check: async (name, given = {}, patience = 60_000) => {
      appendFileSync(orders, `${name} ${JSON.stringify(given)}\n`);
      return await outcome(name, patience);
    },
    end: async () => {
      appendFileSync(orders, 'end {}\n');
      return await ended();
    },
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended();
    },
  };
  await outcome('start', 30_000);
  return game;
}

/** The last of what a server has logged, without what it thinks of mods that are old. */
function lastLines(log: string): string {
  const lines = log
    .split('\n')
    .filter((line) => !/WARNING\[Main\]:.*(mod\.conf|depends\.txt|Mod )/.test(line));
  return lines.slice(-30).join('\n');
}
