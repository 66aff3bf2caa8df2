import { afterAll, beforeAll, expect, test } from 'vitest';
import { gamePaths } from '../../src/protocol/game.ts';
import { eventually } from '../support/eventually.ts';
import { askGame, GameSession } from '../support/game-session.ts';
import { testHome } from '../support/home.ts';
import { newToken, startService, type TestService } from '../support/service.ts';

/** One vmd whose machines have no guests: what games ask of it here is refused, or ends. */
const home = testHome();
const stack = new AsyncDisposableStack();
let service: TestService;
let token: string;

beforeAll(async () => {
  stack.use(home);
  await home.engine.machine.make({ name: 'game-a', disk: 'none' });
  await home.engine.machine.make({ name: 'mine', disk: 'none' });
  token = await newToken(home, 'game', 'control', { machines: ['game-*', 'x'], images: ['tiny'] });
  service = stack.use(await startService(home));
});
afterAll(() => stack.disposeAsync());

const ask = async (path: string, body: unknown, secret = token) =>
  await askGame(service.url, secret, path, body);
const refused = (problem: string | RegExp) => ({
  error: {
    code: 'request-invalid',
    message: expect.stringMatching(problem),
    hint: expect.any(String),
  },
});

test('a session says what the token may', async () => {
  await using game = await GameSession.open(service.url, token);
  expect(game.opened).toMatchObject({
    prefix: 'game-',
    grant: { who: 'game', scope: 'control', machines: ['game-*', 'x'] },
    machines: ['game-a'],
    wait: 20,
  });
  expect(game.opened.images.every(({ name }) => name === 'tiny')).toBe(true);
});

test('what a call has done to a machine is told before its answer', async () => {
  await using game = await GameSession.open(service.url, token);
  const told = (state: string) =>
    game.said.findIndex((it) => it.kind === 'machine' && it.name === 'game-told' && it.state === state);
  const answered = () => game.said.findLastIndex(({ kind }) => kind === 'answer');
  await game.call('machine.make', { name: 'game-told', disk: 'none' });
  expect(told('stopped')).toBeGreaterThanOrEqual(0);
  expect(told('stopped')).toBeLessThan(answered());
  await game.call('machine.remove', { name: 'game-told', force: true });
  expect(told('removed')).toBeGreaterThanOrEqual(0);
  expect(told('removed')).toBeLessThan(answered());
});

test('what is refused is told with 200, which is all that Luanti shows', async () => {
  expect(await ask('open', '{')).toMatchObject(refused('no JSON'));
  expect(await ask('open', {})).toMatchObject(refused('world'));
  expect(await ask('open', { world: 'w', grace: 1 })).toMatchObject(refused('grace'));
  expect(await ask('open', { world: 'w', leave: 'burn' })).toMatchObject(refused('leave'));
  await using game = await GameSession.open(service.url, token, { polls: false });
  const { session } = game.opened;
  const send = (acts: unknown) => ask('send', { session, number: 1, acts });
  expect(await send([{ act: 'dance' }])).toMatchObject(refused('acts'));
  expect(await send([{ act: 'type', machine: 'game-a', hex: 'abc' }])).toMatchObject(refused('hexadecimal'));
  expect(await send([{ act: 'look', machine: 'game-a', rows: 1 }])).toMatchObject(refused('10x5'));
  expect(await ask('poll', { session, after: -1 })).toMatchObject(refused('after'));
  expect(await ask('poll', { session, after: 1000 })).toMatchObject(refused('another session'));
  expect(await send(null)).toEqual({ taken: 1 }); // as Lua sends an empty table
});

test('who has no good token, or brings too much, is told so by the status alone', async () => {
  await expect(ask('open', { world: 'w' }, 'viv_wrong')).rejects.toThrow('answered with 401');
  // Who sends much before reading sees the refusal as well.
  for (let times = 0; times < 10; times++)
    await expect(ask('open', { world: 'w'.repeat(2 ** 22) })).rejects.toThrow('answered with 413');
  const bare = await fetch(`${service.url}${gamePaths.poll}`, { method: 'POST', body: '{}' });
  expect(bare.status).toBe(401);
});

test('a session is there for its token alone, and one that is not there is gone', async () => {
  await using game = await GameSession.open(service.url, token, { polls: false });
  const { session } = game.opened;
  const other = await newToken(home, 'other-game', 'control', { machines: ['game-*'] });
  const poll = { session, after: 0, wait: 0 };
  expect(await ask('poll', poll, other)).toEqual({ gone: true });
  expect(await ask('send', { session, number: 1, acts: [] }, other)).toEqual({ gone: true });
  expect(await ask('poll', { ...poll, session: 'none' })).toEqual({ gone: true });
  expect(await ask('poll', poll)).toHaveProperty('cursor');
});

test('a send that comes again does nothing again, and one that skips does nothing', async () => {
  await using game = await GameSession.open(service.url, token);
  const make = (name: string) =>
    ({ act: 'call', call: name, operation: 'machine.make', parameters: { name, disk: 'none' } }) as const;
  expect(await game.sendAs(1, make('game-once'))).toEqual({ taken: 1 });
  await game.answer('game-once');
  game.answers.clear();
  expect(await game.sendAs(1, make('game-once'))).toEqual({ taken: 1 });
  expect(await game.sendAs(3, make('game-thrice'))).toMatchObject(refused('number 3 .* where 2 comes next'));
  expect(
    await game.sendAs(2, { act: 'call', call: 'list', operation: 'machine.list', parameters: {} }),
  ).toEqual({
    taken: 2,
  });
  const list = (await game.answer('list')) as { name: string }[];
  expect(list.map(({ name }) => name)).toEqual(['game-a', 'game-once']);
  expect([...game.answers.keys()]).toEqual(['list']);
  await eventually(() => game.machines.has('game-once'), 'it to be seen');
  await home.engine.machine.remove({ name: 'game-once' });
  await eventually(() => game.machines.get('game-once')?.state === 'removed', 'it to be gone');
});

test('a machine that goes as soon as it is there is gone for the game as well', async () => {
  await using game = await GameSession.open(service.url, token);
  for (const name of ['game-brief', 'game-briefer', 'game-briefest']) {
    await game.call('machine.make', { name, disk: 'none' });
    await home.engine.machine.remove({ name });
    await eventually(() => game.machines.get(name)?.state === 'removed', `${name} to be gone`, 20_000);
  }
});

test('a poll that was lost, or comes twice, loses nothing and repeats nothing', async () => {
  await using game = await GameSession.open(service.url, token, { polls: false });
  const list = (call: string) =>
    ({ act: 'call', call, operation: 'machine.status', parameters: { name: 'game-a' } }) as const;
  const first = await eventually(async () => {
    const told = await game.ask(0, 1);
    return told.news.length > 0 && told;
  }, 'the machines');
  expect(first.news).toContainEqual(
    expect.objectContaining({ kind: 'machine', name: 'game-a', state: 'stopped' }),
  );
  expect(await game.ask(0, 1)).toEqual(first);
  await game.send(list('one'));
  const second = await game.ask(first.cursor, 5);
  expect(second.news).toMatchObject([{ kind: 'answer', call: 'one', result: { name: 'game-a' } }]);
  await game.send(list('two'));
  const third = await eventually(async () => {
    const told = await game.ask(first.cursor, 5); // the second was lost
    return told.news.length > 1 && told;
  }, 'both answers');
  expect(third.news).toMatchObject([{ call: 'one' }, { call: 'two' }]);
  expect(await game.ask(third.cursor, 0)).toEqual({ cursor: third.cursor, news: [] });
});

test('a poll waits for news, and one that comes ends the one before it', async () => {
  await using game = await GameSession.open(service.url, token, { polls: false });
  const { cursor } = await game.ask(0, 20);
  const began = performance.now();
  const first = game.ask(cursor, 20);
  const second = game.ask(cursor, 20);
  expect((await Promise.race([first, second])).news).toEqual([]);
  await game.send({ act: 'call', call: 1, operation: 'machine.list', parameters: {} });
  const [one, other] = await Promise.all([first, second]);
  expect([...one.news, ...other.news]).toMatchObject([{ kind: 'answer', call: 1 }]);
  expect(performance.now() - began).toBeLessThan(5000);
});

test('only what the token may is done, and names that are not its own are not there', async () => {
  await using game = await GameSession.open(service.url, token);
  const call = async (operation: string, parameters: Record<string, unknown>) =>
    await game.call(operation, parameters).catch(({ code }) => code);
  expect(await call('machine.status', { name: 'mine' })).toBe('machine-not-found');
  expect(await call('machine.make', { name: 'theirs' })).toBe('permission-denied');
  expect(await call('token.list', {})).toBe('permission-denied');
  expect(await call('machine.start', { name: 'game-a', colour: 'red' })).toBe('parameter-invalid');
  expect(await call('machine.dance', {})).toBe('request-invalid');
  expect(await call('toString', {})).toBe('request-invalid');
  expect(await call('machine.console', { name: 'game-a' })).toBe('request-invalid');
  await game.send({ act: 'look', machine: 'mine' }, { act: 'type', machine: 'mine', hex: '0a' });
  const said = await eventually(() => game.said.find(({ kind }) => kind === 'refused'), 'a refusal');
  expect(said).toMatchObject({ machine: 'mine', error: { code: 'machine-not-found' } });
  expect(game.lines.get('mine')).toMatchObject({ state: 'down' });
  expect([...game.machines.keys()].every((name) => name.startsWith('game-'))).toBe(true);
});

test('two sessions of a token do not see the calls of each other', async () => {
  await using one = await GameSession.open(service.url, token);
  await using other = await GameSession.open(service.url, token);
  await Promise.all([one.call('machine.list', {}), other.call('machine.status', { name: 'game-a' })]);
  await one.call('machine.make', { name: 'game-new', disk: 'none' });
  await eventually(() => other.machines.has('game-new'), 'the other to hear of the machine');
  expect(other.answers.size).toBe(1);
  await one.call('machine.remove', { name: 'game-new' });
  await eventually(() => other.machines.get('game-new')?.state === 'removed', 'to hear that it has gone');
});

test('calls without number, and sessions without end, are refused', async () => {
  const crowd = await newToken(home, 'crowd', 'read', { machines: ['game-*'] });
  await using game = await GameSession.open(service.url, crowd, { polls: false });
  await using busy = await GameSession.open(service.url, crowd);
  const acts = Array.from(
    { length: 300 },
    (_, i) => ({ act: 'call', call: i, operation: 'machine.list', parameters: {} }) as const,
  );
  await busy.send(...acts);
  const codes = await eventually(
    () => busy.answers.size === 300 && [...busy.answers.values()].map(({ error }) => error?.code ?? 'ok'),
    'all answers',
  );
  expect(new Set(codes)).toEqual(new Set(['ok', 'too-many-open']));
  for (let i = 0; i < 16; i++) await GameSession.open(service.url, crowd, { polls: false });
  expect(await game.ask(0, 0)).toEqual({ gone: true }); // nobody has polled it for longest
  expect(busy.gone).toBe(false);
});

test('a token that is revoked ends its sessions', async () => {
  const brief = await newToken(home, 'brief', 'read');
  await using game = await GameSession.open(service.url, brief, { polls: false });
  const { cursor } = await game.ask(0, 20);
  const waiting = game.ask(cursor, 20);
  await home.engine.token.revoke({ name: 'brief' });
  expect(await waiting).toEqual({ gone: true });
  await expect(game.ask(0, 0)).rejects.toThrow('401');
});

test('a vmd that was killed and is back knows none of the sessions', async () => {
  await using game = await GameSession.open(service.url, token, { polls: false });
  const { port } = service;
  await service.kill();
  service = stack.use(await startService(home, port));
  expect(await game.ask(0, 0)).toEqual({ gone: true });
  expect(await game.send()).toEqual({ gone: true });
});
