import { afterAll, beforeAll, expect, test } from 'vitest';
import { isVivariumError, Scope } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;

beforeAll(async () => {
  home = testHome();
  await bootTiny(home, 'm');
});

afterAll(async () => await home[Symbol.asyncDispose]());

test('pause halts the guest, and resume lets it go on', async () => {
  expect((await home.engine.machine.pause({ name: 'm' })).state).toBe('paused');
  const error = await home.engine.machine.pause({ name: 'm' }).catch((error: unknown) => error);
  expect(isVivariumError(error, 'machine-state') && error.details.state).toBe('paused');
  expect((await home.engine.machine.resume({ name: 'm' })).state).toBe('running');
  expect(await guestSays(home, 'm', 'echo again')).toContain('again');
});

test('stop works on a paused machine as well', async () => {
  await home.engine.machine.fork({ from: 'm', names: ['p'] });
  await home.engine.machine.pause({ name: 'p' });
  const { steps } = await home.engine.machine.stop({ name: 'p' });
  expect(steps.map(({ step }) => step)).toEqual(['powerdown']);
});

test('a screenshot is a PNG of the size that it says', async () => {
  const { png, width, height } = await home.engine.machine.screenshot({ name: 'm' });
  const bytes = Buffer.from(png);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([width, height]);
});

test('typed text and keys reach the screen of the guest', async () => {
  await eventually(async () => {
    const there = await guestSays(home, 'm', 'cat /proc/bus/input/devices; ls -l /proc/*/fd/0');
    return there.includes('keyboard') && there.includes('-> /dev/tty1');
  }, 'a keyboard, and a shell at the screen');
  await home.engine.machine.type({ name: 'm', text: 'echo "Typed-$((6*7))" > /tmp/typed' });
  await home.engine.machine.keys({ name: 'm', keys: ['ret'] });
  await eventually(
    async () => (await guestSays(home, 'm', 'cat /tmp/typed')).includes('Typed-42'),
    'the typed text',
  );
});

test('a key that is none is refused before anything is pressed', async () => {
  const error = await home.engine.machine
    .keys({ name: 'm', keys: ['ctrl-alt-delte'] })
    .catch((error: unknown) => error);
  expect(isVivariumError(error, 'key-unknown') && error.details.similar).toContain('delete');
});

test('a QMP command is answered, and a wrong one refused in the words of QEMU', async () => {
  expect(await home.engine.machine.qmp({ name: 'm', command: 'query-status' })).toMatchObject({
    status: 'running',
  });
  const error = await home.engine.machine
    .qmp({ name: 'm', command: 'bogus' })
    .catch((error: unknown) => error);
  expect(isVivariumError(error, 'qmp-failed') && error.message).toContain('bogus');
});

test('the console shows what was printed before, to several at once; one of them types', async () => {
  const scope = new Scope({ timeout: 60_000 });
  const first = await home.engine.machine.console({ name: 'm' }, scope);
  expect(Buffer.from(first.scrollback).toString()).toContain('vivarium: user space');
  const second = await home.engine.machine.console({ name: 'm' }, scope);
  expect([first.canType, second.canType]).toEqual([true, false]);
  const error = await second.write(Buffer.from('x')).catch((error: unknown) => error);
  expect(isVivariumError(error, 'console-busy')).toBe(true);
  await first.write(Buffer.from('echo to both\n'));
  for (const { output } of [first, second]) {
    let text = '';
    for await (const chunk of output) {
      text += Buffer.from(chunk).toString();
      if (text.includes('\nto both')) break;
    }
  }
  second.close();
  first.close();
  expect(await guestSays(home, 'm', 'echo free again')).toContain('free again');
});

test('a guest that prints for ever is bounded by the size of its log', async () => {
  await home.engine.machine.set({ name: 'm', changes: ['log=64K'] });
  await home.engine.machine.restart({ name: 'm' });
  await printed(home, 'm', /powered off[\s\S]*root@m:~#/);
  const began = await guestSays(
    home,
    'm',
    'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i of a guest that talks and talks and talks"; done',
  );
  expect(began).toContain('line 3000 of');
  const { size } = await logSize(home, 'm');
  expect(size).toBeLessThanOrEqual(64 * 1024);
  expect(size).toBeGreaterThan(30 * 1024);
});

test('what a guest prints cannot drive the terminal of whoever reads the log', async () => {
  await guestSays(home, 'm', "printf '\\033]0;title\\007\\033[2Jhostile\\033[31m\\n'");
  const { stdout } = await home.vm('logs', 'm', '-n', '5');
  expect(stdout).toContain('hostile');
  expect(stdout).not.toContain('\u001b');
});

async function logSize(of: TestHome, name: string): Promise<{ size: number }> {
  const { statSync } = await import('node:fs');
  const sizes = ['current', 'previous'].map(
    (file) => statSync(of.path(name, 'log', file), { throwIfNoEntry: false })?.size ?? 0,
  );
  return { size: sizes.reduce((sum, size) => sum + size, 0) };
}
