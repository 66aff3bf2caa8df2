import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { GameSession } from '../support/game-session.ts';
import { bootTiny } from '../support/guest.ts';
import { testHome } from '../support/home.ts';

import { newToken, startService, type TestService } from '../support/service.ts';
import { essence, shell } from '../support/shown.ts';

/** One vmd and one guest, which the sessions below look at and type to; others are forks of it. */
const home = testHome();
const stack = new AsyncDisposableStack();
let service: TestService;
let token: string;

beforeAll(async () => {
  stack.use(home);
  await bootTiny(home, 'game-hello', { memory: '128M', disk: 'none' });
  await home.engine.snapshot.create({ name: 'game-hello', snapshot: 'ready' });
  token = await newToken(home, 'game', 'control', { machines: ['game-*'] });
  service = stack.use(await startService(home));
});
afterAll(() => stack.disposeAsync());

const open = async (more: { polls?: boolean; leave?: string; grace?: number } = {}) =>
  await GameSession.open(service.url, token, more);

test('what is typed is seen at once', async () => {
  await using game = await open();
  await game.send({ act: 'look', machine: 'game-hello' });
  await game.sees('game-hello', 'root@game-hello:~#');
  expect(game.lines.get('game-hello')).toMatchObject({ state: 'live' });
  const began = performance.now();
  for (const key of ['1', '2', '3', '4', '5']) {
    await game.type('game-hello', key);
    await game.sees('game-hello', `# ${'12345'.slice(0, Number(key))}`);
  }
  // A poll that nothing woke would wait for 20 s each time.
  expect(performance.now() - began).toBeLessThan(20_000);
  await game.type('game-hello', '\u0015echo seen-$((40+2))\n');
  await game.sees('game-hello', 'seen-42\n');
});

test('a machine that is made after it was looked at is seen as soon as it is on', async () => {
  await using game = await open();
  await game.send({ act: 'look', machine: 'game-late' }, { act: 'hear', machine: 'game-late' });
  await eventually(() => game.lines.get('game-late')?.state === 'down', 'to be told that it is not on');
  const forked = game.call('machine.fork', { from: 'game-hello@ready', names: ['game-late'] });
  await game.sees('game-late', 'root@game-hello:~#');
  await forked;
  const hears = () => game.outputs.get('game-late')?.text.includes('root@game-hello:~#');
  await eventually(hears, 'what stood there, which was never heard before');
  await game.call('machine.kill', { name: 'game-late' });
  await eventually(() => game.lines.get('game-late')?.state === 'down', 'to be told that it is off');
  await game.send({ act: 'read', call: 'last', machine: 'game-late', lines: 100 });
  expect(await game.answer('last')).toMatchObject({ text: expect.stringContaining('root@game-hello:~#') });
  const heard = game.outputs.get('game-late')?.text.length;
  await game.call('machine.start', { name: 'game-late' });
  await eventually(
    () => game.outputs.get('game-late')?.text.slice(heard).includes('Linux version'),
    'it to boot',
  );
  expect(game.lines.get('game-late')?.state).toBe('live');
  await game.call('machine.remove', { name: 'game-late', force: true });
  await eventually(() => game.machines.get('game-late')?.state === 'removed', 'it to be gone');
});

test('what a guest prints is told as text that Lua can have, whatever it is', async () => {
  await using game = await open({ polls: false });
  await game.send({ act: 'hear', machine: 'game-hello' });
  const type = async (text: string) =>
    await game.send({ act: 'type', machine: 'game-hello', hex: Buffer.from(text).toString('hex') });
  const hears = async (wanted: string) =>
    await eventually(async () => {
      const body = JSON.stringify(await game.ask(game.cursor, 1));
      expect(body).not.toMatch(/\\u0000/);
      game.take(JSON.parse(body));
      return game.outputs.get('game-hello')?.text.includes(wanted);
    }, wanted);
  await eventually(async () => {
    game.take(await game.ask(game.cursor, 1));
    return game.lines.get('game-hello')?.state === 'live';
  }, 'the line');
  expect(game.outputs.get('game-hello')).toBeUndefined(); // from now on
  await type("printf 'be%s\\000gin\\377 \\303\\244 %s\\n' - end\n");
  await hears('be-gin\ufffd ä end');
});

test('the text of a console can be read, with what has left the screen', async () => {
  await using game = await open();
  await game.type('game-hello', 'clear; seq 1 300; echo re$((1))d\n');
  const text = await eventually(async () => {
    const call = Math.random();
    await game.send({ act: 'read', call: String(call), machine: 'game-hello', lines: 250 });
    const { text } = (await game.answer(String(call))) as { text: string };
    return text.includes('\nre1d\n') && text;
  }, 'the text');
  const lines = text.split('\n');
  expect(lines).toHaveLength(250);
  expect(lines.slice(100, 103)).toEqual(
    ['153', '154', '155'].map((it) => expect.stringMatching(/^\d+$/) && it),
  );
  expect(text).toContain('\n299\n300\n');
});

test('a guest that prints for ever is told in bounded answers, costs bounded memory, and others are served', async () => {
  await using game = await open();
  await using other = await open();
  await using lazy = await open({ polls: false, grace: 600 });
  const both = [
    { act: 'look', machine: 'game-hello' },
    { act: 'hear', machine: 'game-hello' },
  ] as const;
  await game.send(...both);
  await lazy.send(...both);
  await game.type('game-hello', 'yes flood-for-ever-and-ever\n');
  await game.sees('game-hello', 'flood-for-ever-and-ever\nflood-for-ever-and-ever');
  const before = service.memory();
  const heard = () => {
    const { text = '', lost = 0 } = game.outputs.get('game-hello') ?? {};
    return text.length + lost;
  };
  await eventually(() => heard() > 400_000, 'the flood to have gone on');
  await other.call('machine.status', { name: 'game-hello' });
  const told = JSON.stringify(await lazy.ask(0, 0));
  expect(told.length).toBeLessThan(80_000);
  await game.type('game-hello', '\u0003');
  await game.type('game-hello', 'clear; echo dry-$((1+1))\n');
  await game.sees('game-hello', 'dry-2\n');
  expect(service.memory() - before).toBeLessThan(64 * 2 ** 20);
  await eventually(
    async () => {
      lazy.take(await lazy.ask(lazy.cursor, 1));
      return lazy.text('game-hello').includes('dry-2\n');
    },
    () => `dry-2; it shows:\n${lazy.text('game-hello')}`,
  );
  expect(lazy.outputs.get('game-hello')?.lost).toBeGreaterThan(0);
});

test('the session that docs/game.md shows goes as it says', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/game.md'), 'utf8');
  const block = (kind: string) => new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? '';
  home.env.TOKEN = token;
  // Where the page says to wait a second, all is awaited that it shows then: it is told as often as it is asked for.
  const asked = 'ask poll "{$session,\\"after\\":0,\\"wait\\":1}"';
  const told = ['"state":"live"', '"kind":"answer"', '"kind":"screen"'];
  const wait = told.map((it) => `until ${asked} | grep -q '${it}'; do sleep 0.1; done`).join('\n');
  const typed = block('sh')
    .replaceAll('8470', String(service.port))
    .replace('sleep 1', () => wait);
  const said = essence(await shell(home, typed));
  const parts = block('json').trim().split(/[\n…]/);
  expect(parts.length).toBeGreaterThan(7);
  for (const part of parts) expect(said).toContain(essence(part));
});

test('an answer that is too long for one says so', async () => {
  const admin = await newToken(home, 'admin', 'admin');
  await using game = await GameSession.open(service.url, admin);
  expect(game.opened.prefix).toBe('game-');
  await home.engine.machine.make({ name: 'wide', disk: 'none' });
  const text = `version: 1\nappend: ${'x'.repeat(70_000)}\n`;
  await game.call('machine.write', { name: 'wide', text });
  await expect(game.call('machine.read', { name: 'wide' })).rejects.toMatchObject({
    code: 'request-invalid',
  });
});

test('what a game owns is suspended when it has gone, and nothing else', async () => {
  await home.engine.machine.fork({ from: 'game-hello@ready', names: ['game-a', 'game-b', 'game-c'] });
  await using stays = await open();
  const leaves = await open({ polls: false, grace: 5 });
  await stays.send({ act: 'own', machines: ['game-b'] });
  await leaves.send(
    { act: 'own', machines: ['game-a', 'game-b', 'game-c', 'mine', 'game-none'] },
    { act: 'disown', machines: ['game-c'] },
    { act: 'look', machine: 'game-a' },
  );
  expect(await leaves.ask(0, 1)).toHaveProperty('cursor');
  await eventually(() => stays.machines.get('game-a')?.state === 'suspended', 'the machine to be suspended');
  expect(await leaves.ask(0, 0)).toEqual({ gone: true });
  expect(stays.machines.get('game-b')?.state).toBe('running');
  expect(stays.machines.get('game-c')?.state).toBe('running');
  await stays.send({ act: 'look', machine: 'game-a' });
  await stays.call('machine.start', { name: 'game-a' });
  await stays.sees('game-a', 'root@game-hello:~#'); // it goes on where it was
});
