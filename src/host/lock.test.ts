import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { lock } from './lock.ts';

const room = testRoom();
let path: string;
beforeEach(() => {
  path = room('machine');
  mkdirSync(path);
});

const atOnce = { wait: 0 };

test('two cannot hold it; when one lets go, the other gets it', async () => {
  const first = await lock(path, atOnce);
  expect(first).toBeDefined();
  expect(await lock(path, atOnce)).toBeUndefined();
  first?.[Symbol.dispose]();
  using second = await lock(path, atOnce);
  expect(second).toBeDefined();
});

test('a file can be locked as well', async () => {
  writeFileSync(room('file'), '');
  using held = await lock(room('file'), atOnce);
  expect(held?.current()).toBe(true);
  expect(await lock(room('file'), atOnce)).toBeUndefined();
});

test('those who share it exclude only who does not', async () => {
  using first = await lock(path, { wait: 0, shared: true });
  using second = await lock(path, { wait: 0, shared: true });
  expect([first, second]).not.toContain(undefined);
  expect(await lock(path, atOnce)).toBeUndefined();
});

test('who waits gets it as soon as it is free', async () => {
  const first = await lock(path, atOnce);
  const second = lock(path, { wait: 5000 });
  setTimeout(() => first?.[Symbol.dispose](), 50);
  using held = await second;
  expect(held).toBeDefined();
});

test('who waits in vain is told after that time', async () => {
  using _first = await lock(path, atOnce);
  const begun = performance.now();
  expect(await lock(path, { wait: 100 })).toBeUndefined();
  expect(performance.now() - begun).toBeGreaterThanOrEqual(100);
});

describe('it is current', () => {
  const currentAfter = async (change: () => void) => {
    using held = await lock(path, atOnce);
    expect(held?.current()).toBe(true);
    change();
    return held?.current();
  };

  test('no more when renamed', async () =>
    expect(await currentAfter(() => renameSync(path, room('b')))).toBe(false));
  test('no more when removed', async () =>
    expect(await currentAfter(() => rmSync(path, { recursive: true }))).toBe(false));
  test('no more when another is in its place', async () => {
    const replace = () => {
      renameSync(path, room('b'));
      mkdirSync(path);
    };
    expect(await currentAfter(replace)).toBe(false);
  });
  test('no more when let go', async () => {
    const held = await lock(path, atOnce);
    held?.[Symbol.dispose]();
    expect(held?.current()).toBe(false);
  });
});

test('letting go twice does not close what has been opened since', async () => {
  const held = await lock(path, atOnce);
  held?.[Symbol.dispose]();
  using _other = await lock(path, atOnce);
  held?.[Symbol.dispose]();
  expect(await lock(path, atOnce)).toBeUndefined();
});

test('a process that is started meanwhile does not inherit it', async () => {
  const held = await lock(path, atOnce);
  const child = spawn('sleep', ['1000']);
  await once(child, 'spawn');
  held?.[Symbol.dispose]();
  using again = await lock(path, atOnce);
  expect(again).toBeDefined();
  await end(child);
});

test('a holder that is killed has let go, and leaves no file', async () => {
  const child = spawn('flock', ['-x', path, 'sh', '-c', 'echo held; exec sleep 1000'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(await lock(path, atOnce)).toBeUndefined();
  process.kill(-(child.pid as number), 'SIGKILL');
  await once(child, 'close');
  using held = await lock(path, { wait: 5000 }); // the shell that has it too may end a moment later
  expect(held).toBeDefined();
  expect(readdirSync(room())).toEqual(['machine']);
});

test('what is not there cannot be locked', async () => {
  await expect(lock(room('none'), atOnce)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('without flock it says what is missing', async () => {
  vi.stubEnv('PATH', room());
  await expect(lock(path, atOnce)).rejects.toMatchObject({
    code: 'tool-missing',
    details: { tool: 'flock' },
  });
  vi.unstubAllEnvs();
});

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}
