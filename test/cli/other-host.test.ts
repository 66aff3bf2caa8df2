import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { bootTiny } from '../support/guest.ts';
import { has } from '../support/has.ts';
import { builtVm, type Ended, type TestHome, testHome } from '../support/home.ts';
import { installVm } from '../support/shown.ts';
import { type SshHost, sshHost } from '../support/sshd.ts';
import { startVmd } from '../support/vmd.ts';

const stack = new AsyncDisposableStack();
let home: TestHome;
let box: SshHost;

/** Types a command where the machines are not. */
const vm = (...args: string[]): Promise<Ended> => home.run({ env: box.env }, ...args);
const typed = (input: string, ...args: string[]) => home.run({ env: box.env, input }, ...args);

/** The `vm dial` of the other host that are at work for this home. */
const dials = () =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return (
        words.includes(builtVm) &&
        words.includes('dial') &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`VMDIR=${home.vmdir}\0`)
      );
    } catch {
      return false; // gone meanwhile
    }
  });
const nothingLeft = () => eventually(() => dials().length === 0, 'the other side to end', 20_000);

describe.skipIf(!has('/usr/sbin/sshd') || !has('ssh'))('the machines of another host', () => {
  beforeAll(async () => {
    home = stack.use(testHome());
    installVm(home);
    box = stack.use(await sshHost(home));
    await bootTiny(home, 'hello', { memory: '160M', network: 'none' });
    await home.engine.machine.make({ name: 'other', disk: 'none', memory: '16M' });
    await home.engine.machine.wait({ name: 'hello', for: 'agent' });
  });
  afterAll(() => stack.disposeAsync());

  describe('by ssh, where no vmd runs', () => {
    test('are seen, and nothing stays behind', async () => {
      expect((await vm('list')).stdout).toContain('No machines yet');
      expect((await vm('--host', 'ssh://box', 'list')).stdout).toMatch(/hello +running/);
      const both = await vm('status', 'hello', 'other', '--host=ssh://box');
      expect(both).toMatchObject({ code: 0, stdout: expect.stringContaining('other: stopped') });
      const ran = await vm('exec', '--host', 'ssh://box', 'hello', 'sh', '-c', 'echo --host; exit 7');
      expect(ran).toEqual({ code: 7, stdout: '--host\n', stderr: '' });
      await nothingLeft();
    });

    test.each([
      ['waits for an answer', ['wait', 'hello', '--for', 'console:never'], '', 130],
      ['follows what comes', ['logs', '-f', 'hello'], 'root@hello', 0],
    ])(
      'an interrupted command that %s is taken back, and ends on both sides',
      async (_, args, until, code) => {
        const child = spawn(process.execPath, [builtVm, '--host', 'ssh://box', ...args], {
          env: box.env,
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let said = '';
        const hear = (text: Buffer) => {
          said += text;
        };
        child.stdout.on('data', hear);
        child.stderr.on('data', hear);
        await eventually(() => dials().length > 0 && said.includes(until), 'it to be at work', 30_000);
        process.kill(-(child.pid as number), 'SIGINT'); // to all, as the terminal does
        expect((await once(child, 'close'))[0]).toBe(code);
        await nothingLeft();
      },
    );

    test('are there for as long as somebody has dialled, which no time limit ends', async () => {
      const head = ['GET /healthz HTTP/1.1', 'host: box', 'connection: close', '', ''];
      const dialled = await home.run({ input: head.join('\r\n') }, 'dial', '--timeout', '1ms');
      expect(dialled.stdout).toMatch(/^HTTP\/1\.1 \d/);
    });

    test('says in the words of ssh what is wrong', async () => {
      const refused = await vm('--host', 'ssh://nobody-here@box', 'list');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('ssh://nobody-here@box cannot be reached');
      expect(refused.stderr).toContain('Permission denied');
      expect(refused.stderr).toContain('ssh -l nobody-here box vm version');
      renameSync(join(box.bin, 'vm'), join(box.bin, 'vm.away'));
      try {
        const missing = await vm('--host', 'ssh://box', 'list');
        expect(missing.stderr).toMatch(/vm: not found[\s\S]*Install Vivarium there/);
      } finally {
        renameSync(join(box.bin, 'vm.away'), join(box.bin, 'vm'));
      }
    });
  });

  describe('by ssh, where vmd runs', () => {
    let vmd: Awaited<ReturnType<typeof startVmd>>;
    beforeAll(async () => {
      vmd = await startVmd(home);
    });
    afterAll(() => vmd.end('SIGTERM'));

    test('a console is that of all who watch', async () => {
      const [there, here] = await Promise.all([
        typed('echo $((6*7))\n', 'console', 'hello', '--host', 'ssh://box'),
        home.run({ input: 'echo $((7*7))\n' }, 'console', 'hello'),
      ]);
      expect(there.stdout).toContain('42');
      expect(here.stdout).toContain('49');
      await nothingLeft();
    });

    test('pictures are written here, and files there are named whole', async () => {
      const file = home.path('../elsewhere/screen.png');
      const shot = await vm('screenshot', 'hello', file, '--host', 'ssh://box');
      expect(shot.stdout).toContain(`${file}: `);
      expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
      rmSync(file);
      const relative = [
        ['make', 'new', 'x.iso'],
        ['run'],
        ['run', 'x.iso'],
        ['build'],
        ['disk', 'add', 'other', 'x.img'],
      ];
      const refused = async (args: string[]) => {
        const { code, stderr } = await vm(...args, '--host', 'ssh://box', '--json');
        expect([code, JSON.parse(stderr).error.code], args.join(' ')).toEqual([2, 'path-relative']);
      };
      await Promise.all(relative.map(refused));
      expect((await vm('disk', 'add', 'other', '16M', '--host', 'ssh://box')).code).toBe(0);
    });

    test('has contexts, whose tokens nobody is shown', async () => {
      const ends = [
        await vm('context', 'add', 'box', 'ssh://box'),
        await typed('secret-token\n', 'context', 'add', 'web', 'http://127.0.0.1:1', '--token', '-'),
        await vm('context', 'use', 'box'),
      ];
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
      const taken = await vm('context', 'add', 'web', 'http://127.0.0.1:2');
      expect(taken).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/web already: .*:1\.\n.*--force web/),
      });
      expect(await vm('context', 'add', 'box', 'ssh://box', '--force')).toMatchObject({ code: 0 });
      const { stdout } = await vm('context', 'list');
      expect(stdout).toMatch(/\* +box +ssh:\/\/box +-/);
      expect(stdout).toMatch(/web +http:\/\/127.0.0.1:1 +yes/);
      expect(stdout + (await vm('context', 'list', '--json')).stdout).not.toContain('secret');
      expect((await vm('list')).stdout).toMatch(/hello +running/);
      expect((await vm('--context', '-', 'list')).stdout).toContain('No machines yet');
      expect((await vm('vmdir')).stdout.trim()).toBe(box.env.VMDIR);
      expect((await vm('complete', '--', 'start', 'h')).stdout).toBe('hello\n');
      expect((await vm('complete', '--', '--context', '-', 'start', '')).stdout).toBe('');
      const unreachable = await vm('--context', 'web', 'list');
      expect(unreachable.stderr).toContain('http://127.0.0.1:1 cannot be reached');
      const ssh = await vm('--context', 'web', 'ssh', 'hello');
      expect(ssh).toMatchObject({ code: 2, stderr: expect.stringContaining('vm exec hello') });
      expect((await vm('context', 'rm', 'box')).code).toBe(0);
      expect((await vm('list')).stdout).toContain('No machines yet');
      expect((await vm('context', 'use', 'box')).code).toBe(3);
      writeFileSync(join(box.env.XDG_CONFIG_HOME as string, 'vivarium/contexts.json'), '{"contexts":7}');
      expect((await vm('list')).stderr).toMatch(/contexts.json cannot be used[\s\S]*rm /);
    });
  });
});
