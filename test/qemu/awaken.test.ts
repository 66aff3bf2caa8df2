import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scope } from '../../src/index.ts';
import { agentListens } from '../../src/machine/agent.ts';
import { setClock } from '../../src/machine/clock.ts';
import { openHome } from '../../src/machine/home.ts';
import { findMachine } from '../../src/machine/machine.ts';
import { releaseShares, takeShares } from '../../src/machine/shares.ts';
import { giveIdentity, requireIdentity } from '../../src/snapshot/identity.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny, guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;

const machine = (name: string) => findMachine(openHome(home.env), name);
const sh = async (name: string, script: string) =>
  (await home.engine.machine.exec({ name, command: ['sh', '-c', script] })).stdout.trim();

/** One tiny guest with a share, and what goes on from it. */
beforeAll(async () => {
  home = testHome();
  const shared = home.path('..', 'shared files');
  mkdirSync(shared);
  writeFileSync(`${shared}/note`, 'from the host\n');
  await bootTiny(home, 'source', { share: [`${shared}:s`] });
  await home.engine.machine.wait({ name: 'source', for: 'agent' });
});

afterAll(async () => await home[Symbol.asyncDispose]());

describe('the agent of the tiny guest', () => {
  test('runs what it is given, word by word, and tells output, errors and exit code', async () => {
    const words = [
      '',
      ' ',
      '[',
      ']',
      '"',
      "it's",
      '$HOME',
      '\\n',
      '\\',
      'a\nb\tc',
      '\u001b\u0001',
      '{"id":1}',
    ];
    const script = 'for it; do printf "<%s>" "$it"; done; echo err >&2; exit 3';
    const command = ['sh', '-c', script, 'sh', ...words];
    expect(await home.engine.machine.exec({ name: 'source', command })).toEqual({
      stdout: words.map((it) => `<${it}>`).join(''),
      stderr: 'err\n',
      code: 3,
    });
  });

  test('tells what has killed a command, and what is not there', async () => {
    const exec = (...command: string[]) => home.engine.machine.exec({ name: 'source', command });
    expect(await exec('sh', '-c', 'kill -9 $$')).toMatchObject({ code: 137, signal: 9 });
    expect(await exec('no-such-thing')).toMatchObject({ code: 127 });
  });

  test('takes no time of the processor while nobody asks', async () => {
    // One look at all: a process for each of a hundred takes an emulated guest seconds.
    const ticks =
      "grep -l '[s]h./etc/agent' /proc/[0-9]*/cmdline | sed s/cmdline/stat/ | xargs -r cut -d ' ' -f 14-15";
    const before = await guestSays(home, 'source', ticks);
    expect(before).toMatch(/^\d+ \d+$/);
    expect(await guestSays(home, 'source', `sleep 2; ${ticks}`)).toBe(before);
  });
});

describe('shares', () => {
  const mounted = () => guestSays(home, 'source', "grep -c ' 9p ' /proc/mounts");

  test('that a process uses stay, and it is named', async () => {
    await guestSays(home, 'source', 'cd /mnt/s');
    await expect(releaseShares(new Scope(), machine('source'))).rejects.toMatchObject({
      code: 'share-mounted',
      details: { share: 's', path: '/mnt/s', reason: expect.stringMatching(/^sh \(pid \d+\) uses it$/) },
    });
    await guestSays(home, 'source', 'cd');
    expect(await mounted()).toBe('1');
  });

  test('that are bound to a second place stay as they are', async () => {
    await guestSays(home, 'source', 'mkdir /tmp/bound; mount --bind /mnt/s /tmp/bound');
    await expect(releaseShares(new Scope(), machine('source'))).rejects.toMatchObject({
      code: 'share-mounted',
      details: { path: '/tmp/bound' },
    });
    expect(await mounted()).toBe('2');
    await guestSays(home, 'source', 'umount /tmp/bound');
  });

  test('are let go, and mounted as they were', async () => {
    const place = '"/mnt/a place"';
    await guestSays(home, 'source', `umount /mnt/s; mkdir ${place}; mount -t 9p -o ro s ${place}`);
    expect(await releaseShares(new Scope(), machine('source'))).toBe(true);
    expect(await mounted()).toBe('0');
    expect(await releaseShares(new Scope(), machine('source'))).toBe(false);
    await takeShares(new Scope(), machine('source'));
    expect(await guestSays(home, 'source', `cat ${place}/note; touch ${place}/x`)).toMatch(
      /^from the host\n.*Read-only/,
    );
  });
});

describe('what goes on from a snapshot', () => {
  beforeAll(async () => {
    await releaseShares(new Scope(), machine('source'));
    await sh('source', 'date -s @1000000000');
    await home.engine.machine.fork({ from: 'source', names: ['one', 'two'] });
  });

  test('draws random numbers of its own', async () => {
    const drawn = async (name: string) => await sh(name, 'cat /proc/sys/kernel/random/uuid');
    expect(await sh('one', 'dmesg')).toContain('crng reseeded due to virtual machine fork');
    expect(await drawn('one')).not.toBe(await drawn('two'));
  });

  test('has its shares again', async () => {
    await takeShares(new Scope(), machine('one'));
    expect(await sh('one', 'cat "/mnt/a place/note"')).toBe('from the host');
  });

  test('is told the time, and keeps its name where nobody asks for another', async () => {
    const before = Math.floor(Date.now() / 1000);
    await setClock(new Scope(), machine('one'));
    const there = Number(await sh('one', 'date +%s'));
    expect(there).toBeGreaterThanOrEqual(before);
    expect(there).toBeLessThan(Date.now() / 1000 + 3);
    expect(await sh('one', 'hostname')).toBe('source');
  });

  test('is told its name', async () => {
    await requireIdentity(new Scope(), machine('source'));
    await giveIdentity(new Scope(), machine('two'));
    expect(await sh('two', 'hostname')).toBe('two');
    expect(await guestSays(home, 'two', 'true; echo')).toBe('');
    await printed(home, 'two', 'root@two:');
  });
});

test('without an agent nobody waits for one, and what needs one says so', async () => {
  await home.engine.machine.make({ name: 'mute', image: 'tiny', memory: '192M', network: 'none' });
  await home.engine.machine.set({ name: 'mute', changes: ['append=console=ttyS0 rdinit=/bin/sh'] });
  await home.engine.machine.start({ name: 'mute' });
  await home.engine.machine.wait({ name: 'mute' });
  await eventually(async () => !(await agentListens(new Scope(), machine('mute'))), 'nobody to listen');
  const began = performance.now();
  await setClock(new Scope(), machine('mute'));
  expect(performance.now() - began).toBeLessThan(5000);
  await expect(requireIdentity(new Scope(), machine('mute'))).rejects.toMatchObject({
    code: 'agent-missing',
  });
  const ran = home.engine.machine.exec({ name: 'mute', command: ['true'] }, new Scope({ timeout: 5000 }));
  await expect(ran).rejects.toMatchObject({ code: 'agent-missing' });
  await expect(home.engine.machine.ssh({ name: 'mute' })).rejects.toMatchObject({ code: 'ssh-unreachable' });
});
