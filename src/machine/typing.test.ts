import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lock } from '../host/lock.ts';
import { listenUnix } from '../host/unix-socket.ts';
import { fileOf } from './files.ts';
import { TypingSeat } from './typing.ts';

const directory = mkdtempSync(join(tmpdir(), 'typing-'));
const machine = { name: 'm', directory, home: { directory, cache: directory, config: {}, env: {} } };
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  stack.defer(() => rmSync(directory, { recursive: true }));
  for (const part of ['log', 'supervise']) mkdirSync(join(directory, part));
  const qemu = await listenUnix(fileOf(machine, 'console'));
  qemu.on('connection', (socket) => socket.resume());
  stack.defer(() => new Promise<void>((resolve) => qemu.close(() => resolve())));
});
afterAll(() => stack.disposeAsync());

test('who leaves while the seat is being taken has left it to others', async () => {
  const seat = new TypingSeat(machine);
  const taking = seat.take();
  seat.leave();
  expect(await taking).toBe(false);
  await expect(seat.write(Buffer.from('late'))).rejects.toMatchObject({ code: 'console-busy' });
  using free = await lock(fileOf(machine, 'log'), { wait: 0 });
  expect(free).toBeDefined();
});

test('where QEMU does not listen yet nobody holds the seat, and one may come again', async () => {
  const early = { ...machine, directory: mkdtempSync(join(directory, 'early-')) };
  mkdirSync(join(early.directory, 'log'));
  mkdirSync(join(early.directory, 'supervise'));
  const [one, other] = [new TypingSeat(early), new TypingSeat(early)];
  for (const seat of [one, other])
    await expect(seat.take()).rejects.toMatchObject({ code: 'console-missing' });
  const qemu = await listenUnix(fileOf(early, 'console'));
  stack.defer(() => new Promise<void>((resolve) => qemu.close(() => resolve())));
  qemu.on('connection', (socket) => socket.resume());
  expect(await one.take()).toBe(true);
  one.leave();
});

test('one has the seat until they leave', async () => {
  const [one, other] = [new TypingSeat(machine), new TypingSeat(machine)];
  expect(await one.take()).toBe(true);
  expect(await other.take()).toBe(false);
  one.leave();
  expect(await other.take()).toBe(true);
  other.leave();
});
