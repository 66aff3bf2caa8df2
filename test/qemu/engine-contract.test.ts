import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpEngine } from '../../src/client/index.ts';
import { serve } from '../../src/daemon/serve.ts';
import { isVivariumError, type Progress, Scope } from '../../src/index.ts';
import type { Engine } from '../../src/protocol/engine.ts';
import { connect } from '../../src/remote/connect.ts';
import { bootTiny } from '../support/guest.ts';
import { testHome } from '../support/home.ts';

/**
 * What every engine holds, the local one and one over HTTP: whoever calls cannot tell them apart. All of them do it to
 * the same machines of one home, and one guest.
 */
const home = testHome();
const stack = new AsyncDisposableStack();
const engines: Record<string, () => Engine> = {
  local: () => home.engine,
  'unix socket': () => bySocket,
  http: () => byHttp,
};
let bySocket: Engine;
let byHttp: Engine;
const tree = home.path('../tree');

beforeAll(async () => {
  stack.use(home);
  const service = stack.use(await serve({ env: home.env, listen: [{ host: '127.0.0.1', port: 0 }] }));
  bySocket = stack.use(connect(`unix:${service.socket}`)).engine;
  const { secret: token } = await home.engine.token.create({ name: 'tester', scope: 'admin' });
  byHttp = httpEngine({ url: `http://${service.addresses[0]}`, token });
  mkdirSync(join(tree, 'bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(tree, 'bin/busybox'));
  symlinkSync('busybox', join(tree, 'bin/sh'));
  await bootTiny(home, 'guest');
  await home.engine.machine.wait({ name: 'guest', for: 'agent' });
});
afterAll(() => stack.disposeAsync());

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (of: Uint8Array) => new TextDecoder().decode(of);

/** The error of a call as JSON says it. */
async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    if (isVivariumError(error)) return JSON.parse(JSON.stringify(error));
    throw error;
  }
  throw new Error('it did not fail');
}

describe.each(Object.keys(engines))('the %s engine', (kind) => {
  const engine = () => (engines[kind] as () => Engine)();

  test('returns what it looks at', async () => {
    const [guest] = await engine().machine.list({ running: true });
    expect(guest).toMatchObject({ name: 'guest', state: 'running', memory: 192 * 2 ** 20, forwards: [] });
    const { argv, ...shown } = await engine().machine.show({ name: 'guest' });
    const { argv: ours, ...local } = await home.engine.machine.show({ name: 'guest' });
    expect({ ...shown, uptime: 0 }).toEqual({ ...local, uptime: 0 });
    expect(argv).toEqual(ours);
  });

  test('fails with the same errors', async () => {
    expect(await errorOf(engine().machine.show({ name: 'guess' }))).toEqual(
      await errorOf(home.engine.machine.show({ name: 'guess' })),
    );
    expect(await errorOf(engine().machine.make({ name: 'other', memory: 'lots' }))).toEqual(
      await errorOf(home.engine.machine.make({ name: 'other', memory: 'lots' })),
    );
    expect(await errorOf(engine().machine.start({ name: 'guest' }))).toMatchObject({
      code: 'machine-state',
      details: { name: 'guest', state: 'running' },
    });
    const unknown = { name: 'guest', colour: 'red' } as unknown as { name: string };
    expect(await errorOf(engine().machine.show(unknown))).toMatchObject({
      code: 'parameter-invalid',
      details: { parameter: 'colour' },
    });
  });

  test('makes, changes and removes', async () => {
    const name = `made-by-${kind.replace(' ', '-')}`;
    expect(await engine().machine.make({ name, disk: '1G', memory: '64M' })).toMatchObject({
      name,
      state: 'stopped',
    });
    await engine().machine.set({ name, changes: ['cpus=2'] });
    expect(await engine().machine.show({ name })).toMatchObject({ cpus: 2, spec: { cpus: 2 } });
    expect(await engine().machine.remove({ name })).toEqual({ name });
    expect(await errorOf(engine().machine.show({ name }))).toMatchObject({ code: 'machine-not-found' });
  });

  test('brings bytes', async () => {
    const { png, width, height } = await engine().machine.screenshot({ name: 'guest' });
    expect(png).toBeInstanceOf(Uint8Array);
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(width * height).toBeGreaterThan(100_000);
  });

  test('streams the log, and ends it where it ends', async () => {
    let log = '';
    for await (const some of await engine().machine.logs({ name: 'guest' })) log += some;
    expect(log).toContain('root@guest');
    const followed = await engine().machine.logs({ name: 'guest', lines: 1, follow: true });
    for await (const some of followed) {
      expect(some).not.toBe('');
      break; // and nothing goes on behind it: the home is left in order
    }
  });

  test('follows a command of the guest: its streams and its end', async () => {
    const command = ['sh', '-c', 'echo good; echo bad >&2; exit 7'];
    const run = await engine().machine.spawn({ name: 'guest', command });
    const said = { stdout: '', stderr: '' };
    for await (const { stream, bytes } of run.output) said[stream] += text(bytes);
    expect(said).toEqual({ stdout: 'good\n', stderr: 'bad\n' });
    expect(await run.end).toMatchObject({ code: 7 });
    const exec = await engine().machine.exec({ name: 'guest', command });
    expect(exec).toMatchObject({ stdout: 'good\n', stderr: 'bad\n', code: 7 });
  });

  test('takes the input of a command, as it comes', async () => {
    const command = ['/bin/busybox', 'sha256sum'];
    const scope = new Scope({ timeout: 170_000 });
    const subject = { root: tree, command, terminal: false, memory: '128M' };
    const { name } = await engine().machine.run(subject, scope);
    const digest = createHash('sha256');
    const input = async function* () {
      for (let piece = 0; piece < 8; piece++) {
        const some = randomBytes(150_000);
        digest.update(some);
        yield some;
      }
    };
    const run = await engine().machine.job({ name, input: input() }, scope);
    let said = '';
    for await (const { bytes } of run.output) said += text(bytes);
    expect(await run.end).toMatchObject({ code: 0 });
    expect(said.split(' ')[0]).toBe(digest.digest('hex'));
    await engine().machine.remove({ name, force: true });
  });

  test('gives a console to read and to type at', async () => {
    const terminal = await engine().machine.console({ name: 'guest' });
    expect(terminal.canType).toBe(true);
    expect(text(terminal.scrollback)).toContain('root@guest');
    await terminal.write(bytes(`echo $((6*7))-${kind.length}\n`));
    let said = '';
    for await (const chunk of terminal.output) {
      said += text(chunk);
      if (said.includes(`42-${kind.length}`)) break;
    }
    terminal.close();
    const again = await engine().machine.console({ name: 'guest' });
    expect(text(again.scrollback)).toContain(`42-${kind.length}`);
    expect(again.canType).toBe(true);
    again.close();
  });

  test('tells its steps, keeps deadlines and lets itself be interrupted', async () => {
    const told: Progress[] = [];
    const wait = (options: object) =>
      engine().machine.wait({ name: 'guest', for: 'console:never-said' }, new Scope(options));
    const late = await errorOf(wait({ timeout: 300, report: (it: Progress) => told.push(it) }));
    expect(late).toMatchObject({ code: 'timeout', details: { ms: expect.any(Number) } });
    const interrupted = new AbortController();
    const waiting = errorOf(wait({ timeout: 60_000, signal: interrupted.signal }));
    interrupted.abort();
    expect(await waiting).toMatchObject({ code: 'interrupted' });
    const steps: string[] = [];
    const scope = new Scope({
      timeout: 170_000,
      report: (it) => {
        if (it.kind === 'step') steps.push(it.text);
      },
    });
    await engine().snapshot.create({ name: 'guest', snapshot: `by-${kind.length}` }, scope);
    await home.engine.snapshot.remove({ name: 'guest', snapshot: `by-${kind.length}` });
  });
});
