import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Game, luantiMods, makeWorld, startGame } from '../test/support/luanti.ts';
import type { Bench } from './bench.ts';
import type { Benchmark, Duration } from './benchmark.ts';
import { raiseVmd } from './raise-vmd.ts';
import { repeated } from './repeated.ts';
import { spreadOf } from './spread.ts';
import { buildTinyImage } from './tiny-machine.ts';

/** Players, each at a machine of their own, and how many of the screens scroll. */
const [players, scrolling] = [30, 10];

/** Milliseconds: until a prompt, two steps of the server and what vmd may take, the mod's own in a step. */
const bars = { on: 500, echo: 2 * 90 + 50, step: 10 };

export const game: Benchmark = {
  name: 'game',
  how:
    "Luanti's server with the mod, a vmd, and players without a client: from the button that powers a computer on (its " +
    'image was launched before) until its prompt is in the HUD; from a line that is typed until its echo is in the HUD; ' +
    `the mod's time on the CPU in each step while ${players} players look at their screens, of which ${scrolling} scroll.`,
  measure: async (bench) => {
    await buildTinyImage(bench);
    await using vmd = await raiseVmd(bench, { listens: true });
    const { secret } = await bench.engine.token.create({
      name: 'game',
      scope: 'control',
      machines: ['game-*'],
      images: ['tiny'],
    });
    const directory = join(bench.directory, 'game');
    mkdirSync(directory);
    makeWorld(directory, {
      game: 'devtest',
      mods: luantiMods,
      settings: {
        'vivarium.url': vmd.url.replace(/\/$/, ''),
        'vivarium.token': secret,
        'vivarium.computers_per_player': 100,
      },
    });
    await using game = await startGame(directory);
    let count = 0;
    const on = () => game.check<number>('computer-on', seat(++count), 120_000);
    const powered = await repeated(bench, {
      what: 'from power-on to the first prompt',
      bar: bars.on,
      rounds: 10,
      once: async () => {
        const took = await on();
        await game.check('computer-gone', seat(count));
        return took;
      },
    });
    await on();
    const echoed = await repeated(bench, {
      what: 'from a line typed to its echo',
      bar: bars.echo,
      rounds: 50,
      once: () => game.check<number>('computer-echo', seat(count)),
    });
    return [powered, echoed, ...(await steps(bench, game, count))];
  },
};

/** Each computer's owner is a player of its own. */
const seat = (number: number) => ({ player: `player${number}`, at: { x: 0, y: 50, z: number * 3 } });

/** The mod's time in the steps, of several portions of time. */
async function steps(bench: Bench, game: Game, last: number): Promise<Duration[]> {
  const seats = Array.from({ length: players }, (_, index) => seat(last + index));
  for (const at of seats.slice(1)) await game.check('computer-on', at, 120_000);
  await game.check('computer-crowd', { seats, players });
  for (const at of seats.slice(0, scrolling)) {
    await game.check('computer-does', {
      ...at,
      line: 'while :; do ls -l /bin | tail -24; sleep 0.2; done',
      shows: 'busybox',
    });
  }
  const spreads: { p50: number; p99: number; max: number }[] = [];
  await game.check('profile');
  for (let round = 0; round < bench.rounds(10); round++) {
    await game.check('steps', { count: 100 });
    spreads.push(await game.check('profile'));
  }
  return (['p50', 'p99', 'max'] as const).map((part) => ({
    kind: 'duration',
    what: `the mod's time in a step, ${part} of 100`,
    took: spreadOf(spreads.map((spread) => spread[part])),
    bar: bars.step,
  }));
}
