import { spawn } from 'node:child_process';
import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scope } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { processesIn } from '../support/processes.ts';

let home: TestHome;

const nonceOf = (name: string) => guestSays(home, name, 'echo $NONCE');
const diskOf = (name: string) => guestSays(home, name, 'dd if=/dev/vda bs=5 count=1 2>/dev/null; echo');
const writeDisk = (name: string, text: string) =>
  guestSays(home, name, `printf ${text} | dd of=/dev/vda conv=fsync 2>/dev/null`);
const stateOf = async (name: string) => (await home.engine.machine.status({ name })).state;

/** One guest, with something that is only in its memory and something that is only on its disk. */
beforeAll(async () => {
  home = testHome();
  await bootTiny(home, 'source', { memory: '160M', disk: '64M', forward: ['auto:22', 'udp:auto:53'] });
  await home.engine.machine.wait({ name: 'source', for: 'agent' });
  await guestSays(home, 'source', 'NONCE=$(head -c 9 /dev/urandom | base64)');
  await writeDisk('source', 'first');
});

afterAll(async () => await home[Symbol.asyncDispose]());

describe('what a machine is at one instant', () => {
  let nonce: string;

  beforeAll(async () => {
    nonce = await nonceOf('source');
    await home.engine.snapshot.create({ name: 'source', snapshot: 'kept' });
    await writeDisk('source', 'later');
    await home.engine.machine.fork({ from: 'source@kept', names: ['then', 'too'] });
    await home.engine.machine.fork({ from: 'source', names: ['now'] });
  });

  test('is in every fork, memory and disk', async () => {
    expect(nonce).toMatch(/^\S{12}$/);
    expect(await Promise.all(['source', 'then', 'too', 'now'].map(nonceOf))).toEqual(Array(4).fill(nonce));
    expect(await Promise.all(['then', 'too', 'now'].map(diskOf))).toEqual(['first', 'first', 'later']);
  });

  test('each says what it was made of', async () => {
    const machines = await home.engine.machine.list({});
    expect(machines.map(({ name, from }) => `${name} of ${from}`).sort()).toEqual([
      'now of source',
      'source of undefined',
      'then of source@kept',
      'too of source@kept',
    ]);
  });

  test('stands in the log of a fork as well, as far as its console showed it', async () => {
    let log = '';
    for await (const part of await home.engine.machine.logs({ name: 'then' })) log += part;
    expect(log).toContain('root@source:~# ');
    expect(log).not.toContain('later');
  });

  test('what one writes nobody else sees', async () => {
    await writeDisk('then', 'alone');
    expect(await Promise.all(['source', 'then', 'too'].map(diskOf))).toEqual(['later', 'alone', 'first']);
    const verified = await home.engine.snapshot.verify({});
    expect(verified).toMatchObject([{ machine: 'source', name: 'kept', state: 'whole', problems: [] }]);
  });

  test('no two draw the same random numbers', async () => {
    const drawn = await Promise.all(
      ['source', 'then', 'too', 'now'].map((name) =>
        guestSays(home, name, 'head -c 16 /dev/urandom | od -tx1'),
      ),
    );
    expect(new Set(drawn).size).toBe(4);
  });

  test('each has ports of its own, which lead in', async () => {
    // A QEMU that is busy does not tell which ones it has chosen.
    const machines = await eventually(async () => {
      const all = await home.engine.machine.list({});
      return all.every(({ forwards }) => forwards.every(({ host }) => host !== 'auto')) && all;
    }, 'the ports to be known');
    const ports = machines.flatMap(({ forwards }) => forwards.map(({ host }) => host));
    expect(ports).toHaveLength(8);
    expect(new Set(ports).size).toBe(8);
    const now = machines.find(({ name }) => name === 'now');
    const socket = connect(now?.forwards[0]?.host as number, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.destroy();
  });

  test('is come back to by a restore, which is refused while it would lose what runs', async () => {
    const back = { name: 'source@kept' };
    await expect(home.engine.snapshot.restore(back)).rejects.toMatchObject({ code: 'machine-state' });
    await home.engine.snapshot.restore({ ...back, force: true });
    expect([await nonceOf('source'), await diskOf('source')]).toEqual([nonce, 'first']);
  });

  test('outlives the supervisor: what is suspended goes on when a runsvdir starts it', async () => {
    await home.engine.machine.autostart({ name: 'too', state: 'on' });
    await home.engine.machine.suspend({ name: 'too' });
    expect(await stateOf('too')).toBe('suspended');
    const scan = spawn('runsvdir', ['-P', home.vmdir], { stdio: 'ignore', env: home.env });
    try {
      await eventually(async () => (await stateOf('too')) === 'running', 'it to go on');
      // Its guest has said nothing since: what it said before is of the same run.
      const earlier = new Scope({ timeout: 10_000 });
      await home.engine.machine.wait({ name: 'too', for: 'console:root@source' }, earlier);
      expect([await nonceOf('too'), await diskOf('too')]).toEqual([nonce, 'first']);
    } finally {
      scan.kill('SIGHUP');
      await eventually(() => scan.exitCode !== null || scan.signalCode !== null, 'runsvdir to end');
    }
  });
});

test('a machine with UEFI, a screen, a CD and disks of other kinds is forked, and its fork as well', async () => {
  const cd = home.path('..', 'cd.iso');
  writeFileSync(cd, '');
  truncateSync(cd, 2 ** 20);
  const settings = { memory: '192M', disk: '64M', firmware: 'uefi', display: 'vnc' } as const;
  await home.engine.machine.make({ name: 'uefi', image: 'tiny', ...settings });
  await home.engine.machine.set({ name: 'uefi', changes: [`cdrom=${cd}`, 'disks.0.interface=sata'] });
  await home.engine.disk.add({ name: 'uefi', what: '64M', interface: 'scsi' });
  await home.engine.machine.start({ name: 'uefi' });
  await printed(home, 'uefi', 'root@uefi:~#');
  await guestSays(
    home,
    'uefi',
    'NONCE=$((6*7)); setterm --cursor off >/dev/tty1 2>/dev/null; echo seen >/dev/tty1',
  );
  expect(await guestSays(home, 'uefi', 'ls /sys/firmware')).toContain('efi');
  await home.engine.machine.fork({ from: 'uefi', names: ['uefi1'] });
  await home.engine.machine.fork({ from: 'uefi1', names: ['uefi2'] });
  for (const name of ['uefi1', 'uefi2']) {
    expect(await nonceOf(name)).toBe('42');
    const { width, height } = await home.engine.machine.screenshot({ name });
    expect([width, height]).toEqual([1280, 800]);
    expect(existsSync(join(home.vmdir, name, 'uefi-vars.fd'))).toBe(true);
  }
  for (const name of ['uefi', 'uefi1', 'uefi2']) await home.engine.machine.remove({ name, force: true });
});

test('a hundred forks run at once, each answers, and all go without a trace', async () => {
  const before = readdirSync(home.vmdir).sort();
  const layers = readdirSync(join(home.vmdir, '.layers')).length;
  const scope = new Scope({ timeout: 170_000 });
  const count = { from: 'source', count: 100, name: 'many-%03d', ephemeral: true };
  const { forks } = await home.engine.machine.fork(count, scope);
  const names = forks.map(({ name }) => name);
  expect(names).toHaveLength(100);
  expect(new Set(await Promise.all(names.map(nonceOf)))).toEqual(new Set([await nonceOf('source')]));
  await Promise.all(names.map((name) => home.engine.machine.kill({ name }, scope)));
  await eventually(() => readdirSync(home.vmdir).length === before.length, 'all to be gone', 60_000);
  expect(readdirSync(home.vmdir).sort()).toEqual(before);
  await home.engine.machine.list({});
  // What the source wrote to until then, and what it writes to now.
  expect(readdirSync(join(home.vmdir, '.layers')).length - layers).toBeLessThanOrEqual(2);
  const left = processesIn(home.vmdir).filter(({ command }) => command.includes('many-'));
  expect(left).toEqual([]);
}, 180_000);
