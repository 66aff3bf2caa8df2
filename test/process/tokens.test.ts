import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { everything } from '../../src/access/grant.ts';
import { Tokens } from '../../src/access/tokens.ts';
import type { NewToken } from '../../src/index.ts';
import { openHome } from '../../src/machine/home.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;
let tokens: Tokens;
beforeEach(() => {
  home = testHome('machines', 'own');
  tokens = new Tokens(openHome(home.env));
});
afterEach(async () => {
  vi.useRealTimers();
  await home[Symbol.asyncDispose]();
});

const file = () => home.path('.vmd/tokens.json');
const create = async (name: string, more: object = {}): Promise<NewToken> =>
  await home.engine.token.create({ name, scope: 'read', ...more });
const invalid = expect.objectContaining({ code: 'token-invalid' });

test('a secret is shown once, and lets its bearer do what was said', async () => {
  const limits = { maxMachines: 5, maxMemory: '2G', maxDisk: '20G' };
  const made = await create('ci', {
    scope: 'control',
    machines: ['game-*'],
    images: ['a', 'b'],
    network: 'none',
    ...limits,
  });
  const grant = { who: 'ci', scope: 'control', machines: ['game-*'], images: ['a', 'b'], network: 'none' };
  const bytes = { maxMachines: 5, maxMemory: 2 ** 31, maxDisk: 20 * 2 ** 30 };
  expect(tokens.authenticate(made.secret)).toEqual({ id: expect.any(String), ...grant, ...bytes });
  const listed = await home.engine.token.list({});
  expect(listed).toMatchObject([{ name: 'ci', scope: 'control', created: made.created, ...bytes }]);
  for (const text of [JSON.stringify(listed), readFileSync(file(), 'utf8')])
    expect(text).not.toContain(made.secret.slice(3));
  expect(JSON.stringify(listed)).not.toContain('hash');
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(statSync(home.path('.vmd')).mode & 0o777).toBe(0o700);
});

test('nobody else gets in', async () => {
  const { secret } = await create('ci');
  for (const wrong of [
    undefined,
    '',
    'vt_',
    secret.slice(0, -1),
    `${secret}x`,
    secret.toUpperCase(),
    everything.id,
  ])
    expect(() => tokens.authenticate(wrong)).toThrow(invalid);
});

test('one that is revoked is so at the next question, and a new one of its name is another', async () => {
  const { secret } = await create('ci');
  const grant = tokens.authenticate(secret);
  expect(tokens.isStillGood(grant)).toBe(true);
  await home.engine.token.revoke({ name: 'ci' });
  expect(() => tokens.authenticate(secret)).toThrow(invalid);
  expect(tokens.isStillGood(grant)).toBe(false);
  const again = await create('ci');
  expect(tokens.isStillGood(grant)).toBe(false);
  expect(tokens.authenticate(again.secret).id).not.toBe(grant.id);
  await expect(home.engine.token.revoke({ name: 'cj' })).rejects.toMatchObject({
    code: 'token-not-found',
    hint: 'Did you mean: ci',
  });
});

test('one that has expired is good for nothing', async () => {
  const { secret, expires } = await create('ci', { expires: '1h' });
  const grant = tokens.authenticate(secret);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(expires as string) - 1 });
  expect(tokens.isStillGood(grant)).toBe(true);
  vi.setSystemTime(Date.parse(expires as string));
  expect(() => tokens.authenticate(secret)).toThrow(invalid);
  expect(tokens.isStillGood(grant)).toBe(false);
  writeFileSync(file(), readFileSync(file(), 'utf8').replace(expires as string, 'whenever'));
  expect(() => tokens.authenticate(secret)).toThrow(invalid);
});

test('when it was last used is written down, seldom, and at the cost of nobody', async () => {
  const [{ secret }, other] = [await create('ci'), await create('old')];
  expect((await home.engine.token.list({}))[0]).not.toHaveProperty('lastUse');
  tokens.authenticate(other.secret);
  await home.engine.token.revoke({ name: 'old' });
  tokens.authenticate(secret);
  const [{ lastUse } = {}] = await home.engine.token.list({});
  expect(Math.abs(Date.now() - Date.parse(lastUse as string))).toBeLessThan(10_000);
  const uses = home.path('.vmd/token-uses.json');
  expect(Object.keys(JSON.parse(readFileSync(uses, 'utf8')))).toHaveLength(1);
  const { ino } = statSync(uses);
  for (let time = 0; time < 100; time++) tokens.authenticate(secret);
  expect(statSync(uses).ino).toBe(ino);
  writeFileSync(uses, '{"a":');
  new Tokens(openHome(home.env)).authenticate(secret);
  rmSync(uses);
  expect((await home.engine.token.list({}))[0]).not.toHaveProperty('lastUse');
});

test('what is asked for has to make sense', async () => {
  await create('ci');
  await expect(create('ci')).rejects.toMatchObject({ code: 'token-exists' });
  await expect(create('the owner')).rejects.toMatchObject({ code: 'name-invalid' });
  for (const more of [{ machines: ['a'] }, { maxMachines: 1 }, { network: 'none' }])
    await expect(create('boss', { scope: 'admin', ...more })).rejects.toMatchObject({
      code: 'parameter-invalid',
    });
  for (const more of [{ machines: [] }, { machines: ['../x'] }, { images: ['a b'] }, { expires: 'soon' }])
    await expect(create('x', more)).rejects.toMatchObject({ code: 'parameter-invalid' });
});

test('made side by side, none is lost', async () => {
  const names = Array.from({ length: 8 }, (_, number) => `t${number}`);
  await Promise.all(names.map((name) => create(name)));
  expect((await home.engine.token.list({})).map(({ name }) => name).sort()).toEqual(names);
});

test('a list that cannot be read lets nobody in, and is not written over', async () => {
  const { secret } = await create('ci');
  for (const text of ['', '{"version":1,"tok', '{"version":2,"tokens":[]}', '{"version":1,"tokens":[{}]}']) {
    writeFileSync(file(), text);
    expect(() => tokens.authenticate(secret)).toThrow(expect.objectContaining({ code: 'tokens-unreadable' }));
    await expect(create('new')).rejects.toMatchObject({ code: 'tokens-unreadable' });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  }
});

test('whoever is killed while writing leaves the list as it was or as it was to be', async () => {
  const source = join(import.meta.dirname, '../../src/index.ts');
  const script = `
    import { localEngine } from ${JSON.stringify(source)};
    const engine = localEngine();
    console.log('begins');
    for (let number = 0; ; number++) await engine.token.create({ name: process.pid + '-' + number, scope: 'read' });`;
  const { secret } = await create('ci');
  for (const after of [5, 40]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: home.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    await setTimeout(after); // wherever it is by then
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(tokens.authenticate(secret).who).toBe('ci');
    expect((await home.engine.token.list({}))[0]?.name).toBe('ci');
  }
  await create('after');
  expect(readdirSync(home.path('.vmd')).sort()).toEqual(['token-uses.json', 'tokens.json']);
});
