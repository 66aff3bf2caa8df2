import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../src/daemon/serve.ts';
import { Scope } from '../../src/index.ts';
import { agentCarrier } from '../../src/machine/carrier.ts';
import { copyIn } from '../../src/machine/copy-in.ts';
import { copyOut } from '../../src/machine/copy-out.ts';
import { openHome } from '../../src/machine/home.ts';
import { findMachine } from '../../src/machine/machine.ts';
import { ensureKey } from '../../src/machine/ssh-key.ts';
import { giveIdentity } from '../../src/snapshot/identity.ts';
import { box, canBuildDebian, debianPatience, startDebian } from '../support/debian.ts';
import { eventually } from '../support/eventually.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';

let home: TestHome;

const name = box;
const sh = (script: string, more: object = {}) =>
  home.engine.machine.exec({ name, command: ['sh', '-c', script], ...more });
const machine = () => findMachine(openHome(home.env), name);
const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 256));

describe.skipIf(!canBuildDebian)('a Debian guest', () => {
  beforeAll(async () => {
    home = testHome('with a blank');
    await startDebian(home);
  }, debianPatience);

  afterAll(async () => await home?.[Symbol.asyncDispose]());

  describe('exec', () => {
    test('gives output, errors and exit code', async () => {
      expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
        code: 3,
      });
    });

    test('runs what it is given, word by word', async () => {
      const command = ['printf', '<%s>', '', ' ', '-n', '$HOME', 'a\nb', 'käse', "it's"];
      expect((await home.engine.machine.exec({ name, command })).stdout).toBe(
        "<>< ><-n><$HOME><a\nb><käse><it's>",
      );
    });

    test('tells what has killed a command, and what is not there', async () => {
      expect(await sh('kill -9 $$')).toMatchObject({ code: 137, signal: 9 });
      const missing = await home.engine.machine.exec({ name, command: ['no-such-thing'] });
      expect(missing).toMatchObject({ code: 127, stderr: expect.stringContaining('no-such-thing') });
    });

    test('runs as another user, in another directory, with another environment', async () => {
      const ran = await sh('id -un; pwd; echo "$A"', { user: 'nobody', cwd: '/tmp', env: ['A=b c'] });
      expect(ran.stdout).toBe('nobody\n/tmp\nb c\n');
      expect((await sh('pwd; echo $HOME')).stdout).toBe('/root\n/root\n');
    });

    test('passes bytes of any kind, both ways', async () => {
      const given = bytes(1_500_000);
      const run = await home.engine.machine.spawn({ name, command: ['cat'], input: given });
      const got: Uint8Array[] = [];
      for await (const { stream, bytes } of run.output) if (stream === 'stdout') got.push(bytes);
      expect(Buffer.concat(got).equals(given)).toBe(true);
      expect(await run.end).toEqual({ code: 0 });
    });

    test('shows output while the command runs', async () => {
      const run = await home.engine.machine.spawn({
        name,
        command: ['sh', '-c', 'echo first; until [ -e /tmp/go ]; do sleep 0.1; done; echo second'],
      });
      let text = '';
      for await (const { bytes } of run.output) {
        text += Buffer.from(bytes).toString();
        if (text === 'first\n') await sh('touch /tmp/go'); // beside the other one
      }
      expect(text).toBe('first\nsecond\n');
    });

    test('holds back a command that writes more than is read', async () => {
      const run = await home.engine.machine.spawn({
        name,
        // Without end, and no faster than somebody is sure to look.
        command: ['sh', '-c', 'yes vivarium | while head -c 4M && sleep 0.1; do :; done'],
      });
      const reading = run.output[Symbol.asyncIterator]();
      await reading.next();
      await eventually(
        async () => (await sh('ps -e -o stat=,comm= | grep "^T.* yes"')).code === 0,
        'yes to be halted',
      );
      const { stdout } = await sh('df --output=used -k /run | tail -1');
      expect(Number(stdout)).toBeLessThan(100_000);
      await reading.return?.();
      await run.end.catch(() => {});
      expect((await sh('pgrep -x yes')).code).toBe(1);
    });

    test('kills what takes too long, with all that it has started', async () => {
      const scope = new Scope({ timeout: 1500 });
      const ran = home.engine.machine.exec({ name, command: ['sh', '-c', 'sleep 1234 | cat'] }, scope);
      await expect(ran).rejects.toMatchObject({ code: 'timeout' });
      expect((await sh('pgrep -f "sleep 123[4]"')).code).toBe(1);
    });

    test('leaves nothing behind', async () => {
      // What looks may see files of its own: they lose their names beside it.
      const look = 'ls -A /run/vivarium | grep -vx seed; ls -d /var/tmp/vivarium* 2>/dev/null';
      let left = '';
      await eventually(
        async () => {
          left = (await sh(look)).stdout;
          return left === '';
        },
        () => `the guest to be tidy; it has ${left}`,
      );
    });

    test('passes exit code and output on at the command line, and ends what Ctrl-C ends', async () => {
      const ran = await home.run(
        { input: 'in\n' },
        'exec',
        name,
        '-i',
        '--',
        'sh',
        '-c',
        'cat; echo e >&2; exit 7',
      );
      expect(ran).toEqual({ code: 7, stdout: 'in\n', stderr: 'e\n' });
      const child = spawn(process.execPath, [builtVm, 'exec', name, 'sh', '-c', 'echo on; sleep 4321'], {
        env: home.env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await once(child.stdout, 'data');
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      expect((await sh('pgrep -f "sleep 432[1]"')).code).toBe(1);
    });
  });

  describe('ssh', () => {
    test('runs a command and passes its exit code', async () => {
      expect(await home.vm('ssh', name, 'id -un; exit 5')).toEqual({ code: 5, stdout: 'root\n', stderr: '' });
    });

    test('has one port that leads in, whoever asks', async () => {
      const ports = await Promise.all([1, 2, 3].map(() => home.engine.machine.ssh({ name })));
      expect(new Set(ports.map(({ port }) => port)).size).toBe(1);
    });

    test('knows the guest again, and says so where it is another', async () => {
      const { knownHosts } = await home.engine.machine.ssh({ name });
      const known = readFileSync(knownHosts, 'utf8');
      expect(known).toMatch(/^guest ssh-ed25519 /);
      writeFileSync(knownHosts, `guest ${await ensureKey(new Scope(), machine())}\n`);
      const { code, stderr } = await home.vm('ssh', name, 'true');
      expect([code, stderr]).toEqual([255, expect.stringContaining('IDENTIFICATION HAS CHANGED')]);
      writeFileSync(knownHosts, known);
    });

    test('knows a guest that was given an identity of its own', async () => {
      const look = 'hostname; cat /etc/machine-id /etc/ssh/*.pub';
      const before = (await sh(look)).stdout.split('\n');
      await sh('hostname another');
      await giveIdentity(new Scope(), machine());
      const [host, id, key] = (await sh(look)).stdout.split('\n');
      expect(host).toBe(name);
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect([id === before[1], key === before[2]]).toEqual([false, false]);
      const journal = 'journalctl --sync; journalctl -q -o cat _COMM=sshd';
      expect(await home.vm('ssh', name, journal)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('sshd'),
      });
      expect((await sh('systemctl is-system-running')).stdout).toBe('running\n');
    });

    test('gives up where nothing listens', async () => {
      const ran = home.engine.machine.ssh({ name, port: 2222 }, new Scope({ timeout: 1000 }));
      await expect(ran).rejects.toMatchObject({ code: 'timeout' });
    });
  });

  describe.each(['ssh', 'agent'])('cp by %s', (by) => {
    const here = (...path: string[]) => home.path('..', `copies-${by}`, ...path);
    const there = `/root/copies-${by}`;
    const into = async (from: string[], to: string) => {
      if (by === 'ssh') return await home.engine.machine.copy({ from, to: `${name}:${to}` });
      return await copyIn(new Scope(), agentCarrier(new Scope(), machine(), undefined), from, to, 'copying');
    };
    const outOf = async (from: string, to: string) => {
      if (by === 'ssh') return await home.engine.machine.copy({ from: [`${name}:${from}`], to });
      return await copyOut(
        new Scope(),
        agentCarrier(new Scope(), machine(), undefined),
        [from],
        to,
        'copying',
      );
    };

    test('brings a tree there and back', async () => {
      mkdirSync(here('d/sub/empty'), { recursive: true });
      writeFileSync(here('d/-dash and\nline'), bytes(200_000), { mode: 0o640 });
      writeFileSync(here('d/käse'), 'x', { mode: 0o755 });
      symlinkSync('käse', here('d/link'));
      symlinkSync('/no/where', here('d/sub/dangling'));
      writeFileSync(here('d/hole'), 'x');
      truncateSync(here('d/hole'), 2 ** 28);
      await sh(`mkdir ${there}`);
      expect(await into([here('d')], there)).toMatchObject({ files: 5 });
      await outOf(`${there}/d`, here('back'));
      execFileSync('diff', ['-r', '--no-dereference', here('d'), here('back')]);
      const look = (...path: string[]) => {
        const { mode, mtimeMs } = statSync(here(...path));
        return { mode, mtimeMs };
      };
      for (const file of ['-dash and\nline', 'käse', 'sub'])
        expect(look('back', file)).toEqual(look('d', file));
      expect(statSync(here('back/hole')).blocks).toBeLessThan(100);
      expect((await sh(`ls -A ${there}`)).stdout).toBe('d\n');
    });

    test('says what is missing or full, and leaves nothing half done', async () => {
      await expect(into([here('no')], there)).rejects.toMatchObject({ code: 'file-missing' });
      await expect(into([here('d')], '/no/such/place')).rejects.toMatchObject({
        code: 'copy-failed',
        details: { said: [expect.stringContaining('no such directory')] },
      });
      await expect(outOf('/no/such', here('x'))).rejects.toMatchObject({
        code: 'copy-failed',
        details: { said: ['/no/such: there is no such file or directory'] },
      });
      await sh('mkdir -p /mnt/full && mount -t tmpfs -o size=100k none /mnt/full');
      await expect(into([here('d/-dash and\nline')], '/mnt/full/')).rejects.toMatchObject({
        code: 'copy-failed',
      });
      expect((await sh('ls -A /mnt/full; umount /mnt/full')).stdout).toBe('');
      expect(readdirSync(here()).sort()).toEqual(['back', 'd']);
    });
  });

  test('cp to another host brings what is here, and back', async () => {
    await using service = await serve({ env: home.env });
    const there = ['--host', `unix:${service.socket}`];
    const from = home.path('..', 'here');
    mkdirSync(`${from}/below`, { recursive: true });
    writeFileSync(`${from}/below/bytes`, bytes(300_000), { mode: 0o640 });
    symlinkSync('below/bytes', `${from}/link`);
    expect(await home.vm('cp', from, `${name}:/tmp/there`, ...there)).toMatchObject({ code: 0 });
    expect((await sh('readlink /tmp/there/link; stat -c %a /tmp/there/below/bytes')).stdout).toBe(
      'below/bytes\n640\n',
    );
    expect(await home.vm('cp', `${name}:/tmp/there`, `${from}-again`, ...there)).toMatchObject({ code: 0 });
    expect(readFileSync(`${from}-again/below/bytes`).equals(bytes(300_000))).toBe(true);
    const missing = await home.vm('cp', `${from}/none`, `${name}:/tmp/`, ...there, '--json');
    expect(JSON.parse(missing.stderr).error).toMatchObject({ code: 'file-missing' });
  });

  test('a copy that is killed leaves nothing in the guest', async () => {
    const file = home.path('..', 'large');
    writeFileSync(file, '');
    execFileSync('sh', ['-c', 'head -c 200M /dev/urandom >"$1"', 'sh', file]);
    const child = spawn(process.execPath, [builtVm, 'cp', file, `${name}:/root/large`], {
      env: home.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    await eventually(
      async () => (await sh('du -sm /root/.vivarium-*/got/large')).stdout !== '',
      () => `the copy to be on its way; it says: ${said}`,
    );
    child.kill('SIGKILL');
    await eventually(
      async () => !(await sh('ls -A /root')).stdout.includes('vivarium-'),
      'the guest to tidy up',
    );
    expect((await sh('ls /root/large')).code).not.toBe(0);
  });

  describe('wait', () => {
    beforeAll(async () => {
      const terminal = await home.engine.machine.console({ name });
      await terminal.write(Buffer.from('\n')); // it has not asked for a login since it went on
      terminal.close();
    });

    test.each(['boot', 'agent', 'ssh', 'console:login:'])('sees %s', async (what) => {
      expect(await home.engine.machine.wait({ name, for: what })).toMatchObject({ name, for: what });
    });

    test('quotes the console where it waits in vain', async () => {
      const waiting = home.engine.machine.wait({ name, for: 'console:never' }, new Scope({ timeout: 500 }));
      await expect(waiting).rejects.toMatchObject({
        code: 'timeout',
        details: {
          awaited: '/never/ on the console of box',
          lines: expect.arrayContaining([expect.anything()]),
        },
      });
    });

    test('ends at once with the machine', async () => {
      const waiting = home.engine.machine.wait({ name, for: 'console:never' });
      const ended = expect(waiting).rejects.toMatchObject({ code: 'machine-ended' });
      await eventually(async () => (await sh('true')).code === 0, 'the guest');
      await home.engine.machine.kill({ name });
      await ended;
      const again = home.engine.machine.exec({ name, command: ['true'] });
      await expect(again).rejects.toMatchObject({ code: 'machine-state' });
    });
  });
});
