import { afterAll, beforeAll, expect, test } from 'vitest';
import { isVivariumError, Scope } from '../../src/index.ts';
import { cpuPercent } from '../../src/protocol/usage.ts';
import { becomes, listen } from '../support/changes.ts';
import { eventually } from '../support/eventually.ts';
import { guestSays, prompt } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;

beforeAll(async () => {
  home = testHome();
  await home.engine.machine.make({ name: 'm', image: 'tiny', memory: '160M' });
});

afterAll(async () => await home[Symbol.asyncDispose]());

/** The tests follow one guest from its start to its end. */
test('a start is told', async () => {
  expect(await home.engine.machine.usage({})).toEqual([]);
  await using listening = await listen(home.engine);
  await home.engine.machine.start({ name: 'm' });
  const running = await listening.until('it to run', becomes('m', 'running'));
  expect(running).toMatchObject({ machine: { pid: expect.any(Number), uptime: expect.any(Number) } });
  await prompt(home, 'm');
});

test('what another process does to it is told, and snapshots of a machine that runs', async () => {
  await using listening = await listen(home.engine);
  await home.vm('pause', 'm');
  await listening.until('it to pause', becomes('m', 'paused'));
  await home.vm('qmp', 'm', 'cont');
  await listening.until('it to go on', becomes('m', 'running'));
  await home.engine.snapshot.create({ name: 'm', snapshot: 's1' });
  await listening.until('its snapshot', ({ kind }) => kind === 'snapshots');
});

test('its use of the CPU and of memory is told without a word to QEMU', async () => {
  const look = async () => {
    const [usage] = await home.engine.machine.usage({ name: 'm' });
    if (!usage) throw new Error('it does not run');
    return usage;
  };
  const before = await look();
  await guestSays(home, 'm', '(while :; do :; done) & true');
  const now = await eventually(
    async () => {
      const now = await look();
      return now.cpu - before.cpu > 500 && now;
    },
    'it to use a CPU',
    20_000,
  );
  await guestSays(home, 'm', 'kill $!');
  expect(now).toMatchObject({ name: 'm', memory: 160 * 2 ** 20 });
  expect(now.resident).toBeGreaterThan(2 ** 25);
  expect(cpuPercent(before, now)).toBeGreaterThan(1); // a busy host gives it little
  const { stdout } = await home.vm('top', '--once');
  expect(stdout).toMatch(/^NAME +STATE +CPU % +MEMORY +UPTIME\nm +running +[\d.]+ +[\d.]+M of 160M +\d/);
});

test('its screen speaks RFB to several at once, and a small picture of it is small', async () => {
  const scope = new Scope({ timeout: 30_000 });
  const screens = [
    await home.engine.machine.screen({ name: 'm' }, scope),
    await home.engine.machine.screen({ name: 'm' }, scope),
  ];
  for (const screen of screens) {
    for await (const bytes of screen.output) {
      expect(Buffer.from(bytes).toString()).toBe('RFB 003.008\n');
      break;
    }
    screen.close();
  }
  await home.engine.machine.wait({ name: 'm', for: 'agent' }); // by then its screen has its size
  const whole = await home.engine.machine.screenshot({ name: 'm' });
  const small = await home.engine.machine.screenshot({ name: 'm', width: 320 });
  expect([small.width, small.height]).toEqual([320, Math.round((whole.height * 320) / whole.width)]);
  expect(small.png.length).toBeLessThan(20_000);
});

test('its end is told; what is down has no screen', async () => {
  await guestSays(home, 'm', 'killall -STOP dd'); // which waits for the power button: it is not to end unseen
  await using listening = await listen(home.engine);
  const stopping = home.engine.machine.stop({ name: 'm' });
  await listening.until('it to be on the ladder', becomes('m', 'stopping'));
  const terminal = await home.engine.machine.console({ name: 'm' });
  await terminal.write(Buffer.from('killall -CONT dd\n'));
  terminal.close();
  await stopping;
  await listening.until('it to stop', becomes('m', 'stopped'));
  const error = await home.engine.machine.screen({ name: 'm' }).catch((error: unknown) => error);
  expect(isVivariumError(error, 'machine-state')).toBe(true);
});
