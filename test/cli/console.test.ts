import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootTiny } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { spawnInTerminal } from '../support/terminal.ts';

let home: TestHome;

beforeAll(async () => {
  home = testHome();
  await bootTiny(home, 'hello');
});

afterAll(async () => await home[Symbol.asyncDispose]());

test('a pipe into the console gets its answer, and ends', async () => {
  const { code, stdout } = await home.run({ input: 'uname -a\n' }, 'console', 'hello');
  expect(code).toBe(0);
  expect(stdout).toContain('Linux hello');
});

test('what is piped in while the guest boots reaches its shell whole, and the answer alone comes out', async () => {
  await using other = testHome();
  await other.engine.machine.make({ name: 'fresh', image: 'tiny', memory: '192M' });
  await other.engine.machine.start({ name: 'fresh' });
  const { stdout } = await other.run({ input: 'echo answer-$((40+2))\n' }, 'console', 'fresh');
  expect(stdout).toContain('answer-42');
  expect(stdout).not.toContain('vivarium: user space');
});

test('at a terminal: scrollback first, keys go to the guest, Ctrl-] leaves', async () => {
  const terminal = spawnInTerminal(home, 'console', 'hello');
  await terminal.shows('Ctrl-] leaves');
  await terminal.shows('vivarium: ready');
  terminal.type('echo typed-$((40+2))\r');
  await terminal.shows('typed-42');
  terminal.type('\u0003'); // goes to the guest, and does not end vm
  terminal.type('echo still here\r');
  await terminal.shows('still here');
  terminal.type('\u001d');
  await terminal.shows('Left.');
  expect(await terminal.ended).toBe(0);
});

test('logs print what the console said, the last lines on request', async () => {
  expect((await home.vm('logs', 'hello')).stdout).toContain('vivarium: user space');
  const { stdout } = await home.vm('logs', 'hello', '-n', '2');
  expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
});

test('screenshot writes a PNG where it is told to', async () => {
  const file = home.path('..', 'screen.png');
  expect((await home.vm('screenshot', 'hello', file)).stdout).toMatch(/\d+ x \d+/);
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
});

test('the monitor answers a pipe', async () => {
  expect((await home.run({ input: 'info version\n' }, 'monitor', 'hello')).stdout).toMatch(/\d+\.\d+\.\d+/);
});

test('qmp prints JSON, also of a command with arguments', async () => {
  const { stdout } = await home.vm('qmp', 'hello', 'human-monitor-command', '{"command-line":"info name"}');
  expect(JSON.parse(stdout)).toContain('hello');
  expect((await home.vm('qmp', 'hello', 'stop', '{broken')).code).toBe(2);
});

test('the console of a machine that is down says how to start it', async () => {
  await home.vm('make', 'off', '--disk', 'none');
  const { code, stderr } = await home.vm('console', 'off');
  expect([code, stderr]).toEqual([4, expect.stringContaining('vm start off')]);
});
