import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { Scope } from '../base/scope.ts';
import { findTool } from './find-tool.ts';
import { bootId, identityOf, isAlive, type ProcessIdentity, parentOf, uptimeOf } from './process-identity.ts';

const room = testRoom();
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    process.kill(-(child.pid as number), 'SIGKILL');
    await once(child, 'exit');
  }
});

/** A process that ends with the test, once it has said something. */
async function start(command: string, ...args: string[]): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [data] = await once(child.stdout, 'data');
  return { child, said: String(data).trim() };
}

const comes = (look: () => boolean) =>
  new Scope({ timeout: 5000 }).until(
    () => look() || undefined,
    () => ({ awaited: 'a process', lines: [], hint: '' }),
    { every: 1 },
  );

const identity = (pid: number | undefined): ProcessIdentity => {
  const found = identityOf(pid ?? 0);
  if (!found) throw new Error(`there is no process ${pid}`);
  return found;
};

test('this process is alive, and was started in this boot', () => {
  const me = identity(process.pid);
  expect(me).toMatchObject({ pid: process.pid, boot: bootId() });
  expect(me.started).toMatch(/^\d+$/);
  expect(isAlive(me)).toBe(true);
});

test('one who has ended is not alive', async () => {
  const { child } = await start('sh', '-c', 'echo up; exec sleep 1000');
  const it = identity(child.pid);
  expect(isAlive(it)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(it)).toBe(false);
  expect(identityOf(it.pid)).toBeUndefined();
});

test('another one with the same pid, or of another boot, is not the one', () => {
  const me = identity(process.pid);
  expect(isAlive({ ...me, started: String(Number(me.started) + 1) })).toBe(false);
  expect(isAlive({ ...me, boot: 'another' })).toBe(false);
});

test('a zombie has ended, although kill(2) still finds it', async () => {
  // sleep(1) takes the shell's place and never waits for the shell's child, which ends with its input.
  const { child, said } = await start('sh', '-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 1000');
  const zombie = Number(said);
  await comes(() => readFileSync(`/proc/${child.pid}/comm`, 'utf8') === 'sleep\n');
  child.stdin?.end();
  await comes(() => /\) Z /.test(readFileSync(`/proc/${zombie}/stat`, 'latin1')));
  expect(process.kill(zombie, 0)).toBe(true);
  expect(isAlive(identity(zombie))).toBe(false);
});

test('the name of a command cannot lie about its state', async () => {
  const liar = room('a) Z 1 (b');
  copyFileSync(findTool('sleep') as string, liar);
  const { said } = await start('sh', '-c', '"$0" 1000 & echo $!; wait', liar);
  await comes(() => readFileSync(`/proc/${said}/comm`, 'utf8') === 'a) Z 1 (b\n');
  expect(isAlive(identity(Number(said)))).toBe(true);
  expect(parentOf(Number(said))).toMatchObject({ command: 'sh' });
});

test('the parent of a process, with its name', async () => {
  const { child, said } = await start('sh', '-c', 'sleep 1000 & echo $!; wait');
  expect(parentOf(Number(said))).toEqual({ pid: child.pid, command: 'sh' });
  expect(parentOf(child.pid as number)?.pid).toBe(process.pid);
  expect(parentOf(2 ** 30)).toBeUndefined();
});

test('the uptime is that of the process', async () => {
  const before = performance.now();
  const { child } = await start('sh', '-c', 'echo up; exec sleep 1000');
  const said = performance.now();
  const tick = 20; // both counts of the kernel's are cut to 10
  await comes(() => performance.now() > said + 100);
  const since = performance.now();
  const uptime = uptimeOf(identity(child.pid));
  expect(uptime).toBeGreaterThanOrEqual(since - said - tick);
  expect(uptime).toBeLessThanOrEqual(performance.now() - before + tick);
});

test.each([0, -1, 2 ** 30, Number.NaN, 1.5])('there is no process %d', (pid) =>
  expect(identityOf(pid)).toBeUndefined(),
);
