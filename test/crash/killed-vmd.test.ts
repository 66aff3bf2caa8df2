import { Terminal as Screen } from '@xterm/headless';
import { expect, test } from 'vitest';
import { consoleHere, consoleThere } from '../../src/cli/console-ways.ts';
import { isVivariumError, Scope } from '../../src/index.ts';
import type { Terminal } from '../../src/protocol/views.ts';
import { connect } from '../../src/remote/connect.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny } from '../support/guest.ts';
import { testHome } from '../support/home.ts';
import { installVm } from '../support/shown.ts';
import { startVmd } from '../support/vmd.ts';

const names = Array.from({ length: 10 }, (_, index) => `m${index}`);

/** Somebody at a console, and what their terminal shows. */
interface Viewer {
  name: string;
  type(text: string): Promise<void>;
  shows(text: string): boolean;
  screen(): string;
}

test('a vmd that is killed while ten machines run and twenty people watch', async () => {
  await using home = testHome();
  installVm(home);
  await bootTiny(home, 'm0', { memory: '128M', network: 'none' });
  await home.engine.machine.fork({ from: 'm0', names: names.slice(1) });
  const pids = async () =>
    new Map((await home.engine.machine.list({ running: true })).map(({ name, pid }) => [name, pid]));
  const before = await pids();
  expect([...before.keys()].sort()).toEqual(names);

  await using first = await startVmd(home);
  const socket = home.path('.vmd/socket');
  using connection = connect(`unix:${socket}`);
  const ways = [
    consoleHere(home.engine.machine.console, home.env),
    consoleThere(connection.engine.machine.console, connection.address),
  ];
  const leaving = new AbortController();
  const sit = async (name: string, way: (typeof ways)[number]): Promise<Viewer> => {
    const scope = new Scope({ timeout: 200_000, signal: leaving.signal });
    return watch(name, await way({ name }, scope));
  };
  const viewers = await Promise.all(names.flatMap((name) => ways.map((way) => sit(name, way))));
  await everybodySees(viewers, 'before');

  await first.end('SIGKILL');
  expect(await pids()).toEqual(before);
  const killed = performance.now();
  await using second = await startVmd(home);
  const seen = await connection.engine.machine.list({ running: true });
  console.log(`vmd is back with ${seen.length} machines after ${Math.round(performance.now() - killed)} ms`);
  expect(new Map(seen.map(({ name, pid }) => [name, pid]))).toEqual(before);

  await everybodySees(viewers, 'after');
  for (const viewer of viewers) expect(viewer.screen(), viewer.name).toContain('before-42');
  expect(await pids()).toEqual(before);
  expect(second.said()).not.toContain('runs (pid'); // what runs is not started
  leaving.abort();
});

/** Feeds a screen with all that a terminal says. */
function watch(name: string, terminal: Terminal): Viewer {
  const screen = new Screen({ cols: 80, rows: 24, allowProposedApi: true });
  screen.write(terminal.scrollback);
  const follow = async () => {
    for await (const bytes of terminal.output) screen.write(bytes);
  };
  follow().catch((error) => screen.write(`\r\n${String(error)}\r\n`));
  const text = () => {
    const { active } = screen.buffer;
    return Array.from({ length: active.length }, (_, row) =>
      active.getLine(row)?.translateToString(true),
    ).join('\n');
  };
  return {
    name,
    type: async (typed) => await terminal.write(Buffer.from(typed)),
    shows: (wanted) => text().includes(wanted),
    screen: text,
  };
}

/** One viewer of each machine types, and all see what the guest makes of it. */
async function everybodySees(viewers: Viewer[], word: string): Promise<void> {
  await Promise.all(
    names.map((name) =>
      typeByAny(
        viewers.filter((it) => it.name === name),
        `echo ${word}-$((6*7))\n`,
      ),
    ),
  );
  for (const viewer of viewers) {
    const wanted = `\n${word}-42`;
    await eventually(
      () => viewer.shows(wanted),
      () => `a viewer of ${viewer.name} to see ${word}; there is:\n${viewer.screen().trimEnd()}`,
      30_000,
    );
  }
}

/** Where somebody sits straight at the machine, that one types. */
async function typeByAny(viewers: Viewer[], text: string): Promise<void> {
  for (const { type } of viewers) {
    try {
      return await type(text);
    } catch (error) {
      if (!isVivariumError(error, 'console-busy')) throw error;
    }
  }
  throw new Error('nobody can type');
}
