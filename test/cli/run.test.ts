import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { printed } from '../support/guest.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';
import { spawnInTerminal } from '../support/terminal.ts';

let home: TestHome;
let project: string;

beforeAll(() => {
  home = testHome();
  project = home.path('..', 'project');
  mkdirSync(join(project, 'sub'), { recursive: true });
  writeFileSync(join(project, 'name with spaces, ä'), 'injected\n');
  writeFileSync(join(project, 'sub', 'program'), '#!/bin/sh\necho "from the program: $GREETING"\n', {
    mode: 0o755,
  });
});
afterAll(async () => await home[Symbol.asyncDispose]());

/** What is left in $VMDIR, but for images and the index of the list. */
const left = () => readdirSync(home.vmdir).filter((name) => !['.images', '.index.json'].includes(name));

/** `vm run` in the background. */
function begin(...args: string[]) {
  const child = spawn(process.execPath, [builtVm, 'run', ...args], { env: home.env, stdio: 'pipe' });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.resume();
  const says = (text: string) =>
    eventually(
      () => stdout.includes(text) || undefined,
      () => `${args.join(' ')} to say ${text}; it says ${stdout.slice(-2000)}`,
    );
  return { child, says, ended: once(child, 'exit') as Promise<[number | null, string | null]> };
}

test('a command is the only job: its streams and its code come out, and nothing is left', async () => {
  const script =
    'cat; echo "$GREETING"; cat "/in/name with spaces, ä"; /in/sub/program; echo wrong >&2; exit 7';
  const injected = ['--inject', `${project}:/in`, '--env', "GREETING=it's here"];
  const ended = await home.run({ input: 'piped in\n' }, 'run', 'tiny', ...injected, '--', 'sh', '-c', script);
  expect(ended).toMatchObject({
    code: 7,
    stdout: "piped in\nit's here\ninjected\nfrom the program: it's here\n",
    stderr: 'wrong\n',
  });
  expect(left()).toEqual([]);
});

test('without a terminal the console is printed until the guest ends', async () => {
  const run = begin('tiny', '--append', 'init=/absent rdinit=/absent panic=1', '--memory', '192M');
  await run.says('Kernel panic');
  const { machines } = { machines: await home.engine.machine.list({}) };
  expect(machines.map(({ name }) => name)).toEqual(['tiny.run']);
  run.child.kill('SIGINT');
  expect(await run.ended).toEqual([130, null]);
  expect(left()).toEqual([]);
});

test('a guest that dies before its command has ended is a failure, and its last words are quoted', async () => {
  const { code, stderr } = await home.vm('run', 'tiny', '--', 'sh', '-c', 'echo c >/proc/sysrq-trigger');
  expect(code).toBe(1);
  expect(stderr).toContain('its kernel panicked (sysrq triggered crash) before its command had ended');
  expect(stderr).toContain('--keep');
  expect(left()).toEqual([]);
});

test('what takes too long is ended, and gone', async () => {
  const { code, stderr } = await home.vm('run', 'tiny', '--timeout', '2s', '--', 'sleep', '1000');
  expect(code).toBe(5);
  expect(stderr).toContain('--timeout');
  expect(left()).toEqual([]);
});

test('at a terminal it is sat at, until Ctrl-] ends it or its shell does', async () => {
  const terminal = spawnInTerminal(home, 'run', 'tiny', '--memory', '192M');
  await terminal.shows('Ctrl-] ends it');
  await terminal.shows('vivarium: ready');
  terminal.type('echo typed-$((40+2))\r');
  await terminal.shows('typed-42');
  terminal.type('\u001d');
  expect(await terminal.ended).toBe(0);
  expect(left()).toEqual([]);
  const job = spawnInTerminal(home, 'run', 'tiny', '--', 'sh', '-c', 'test -t 0 && stty size && exit 3');
  await job.shows('40 100');
  expect(await job.ended).toBe(3);
});

test('it is gone when its terminal is closed', async () => {
  const terminal = spawnInTerminal(home, 'run', 'tiny', '--memory', '192M');
  await terminal.shows('Run /init');
  terminal.hangUp(); // while it prints
  await eventually(
    () => left().length === 0,
    () => `nothing to be left; there are ${left()}`,
  );
});

test('it is kept where it is given a name, and can be started again', async () => {
  const run = begin('tiny', '--keep', 'kept', '--memory', '192M');
  await run.says('vivarium: ready');
  await home.engine.machine.stop({ name: 'kept' });
  expect((await run.ended)[0]).toBe(0);
  expect(left()).toEqual(['kept']);
  expect((await home.vm('run', 'tiny', '--keep', 'kept')).stderr).toContain('There is a machine kept');
  await home.engine.machine.start({ name: 'kept' });
  await printed(home, 'kept', 'vivarium: ready');
  await home.engine.machine.remove({ name: 'kept', force: true });
});

test('a run that was killed leaves its machine to be seen, and the next one clears it away when it has stopped', async () => {
  const another = async () => expect((await home.vm('run', 'tiny', '--timeout', '1s')).code).toBe(5);
  const run = begin('tiny', '--memory', '192M');
  await run.says('vivarium: ready');
  run.child.kill('SIGKILL');
  await run.ended;
  expect(await home.engine.machine.list({ running: true })).toMatchObject([{ name: 'tiny.run' }]);
  await another();
  expect(left()).toEqual(['tiny.run']); // it still runs
  await home.engine.machine.kill({ name: 'tiny.run' });
  await another();
  expect(left()).toEqual([]);
});

test('a change of what is injected boots it again', async () => {
  const file = join(project, 'watched');
  writeFileSync(file, 'first\n');
  const run = begin('tiny', '--watch', '--inject', `${file}:/watched`, '--', 'cat', '/watched');
  await run.says('first');
  writeFileSync(file, 'second\n');
  await run.says('second');
  run.child.kill('SIGINT');
  expect(await run.ended).toEqual([130, null]);
  expect(left()).toEqual([]);
});

test('disks: a new one, and a file, which is written to', async () => {
  const file = home.path('..', 'target.qcow2');
  await home.engine.machine.make({ name: 'blank', disk: '64M', network: 'none' });
  writeFileSync(file, readFileSync(home.path('blank', 'drive.qcow2')));
  const script = 'cat /sys/block/vd?/size; echo kept | dd of=/dev/vdb conv=fsync 2>/dev/null';
  const first = await home.vm('run', 'tiny', '--disk', '32M', '--disk', file, '--', 'sh', '-c', script);
  expect(first.stdout).toBe('65536\n131072\n');
  const { stdout } = await home.vm('run', 'tiny', '--disk', file, '--', 'head', '-c4', '/dev/vda');
  expect(stdout).toBe('kept');
  await home.engine.machine.remove({ name: 'blank' });
});

test('whoever reads no further ends it', async () => {
  const script = `"$0" "$1" run tiny --memory 192M -- cat /dev/zero | head -c 10 | wc -c`;
  const said = execFileSync('sh', ['-c', script, process.execPath, builtVm], {
    env: home.env,
    encoding: 'utf8',
  });
  expect(said.trim()).toBe('10');
  await eventually(() => left().length === 0, 'the machine to be gone');
});

test('several at once of the same thing get names of their own', async () => {
  const runs = [1, 2].map(() => home.vm('run', 'tiny', '--memory', '192M', '--', 'hostname'));
  const said = (await Promise.all(runs)).map(({ code, stdout, stderr }) => [code, stdout, stderr]);
  expect(said.toSorted()).toEqual(['tiny.run', 'tiny.run2'].map((name) => [0, `${name}\n`, '']));
  expect(left()).toEqual([]);
});

test('what cannot be run says why, and what to do instead', async () => {
  const absent = await home.vm('run', 'tinny');
  expect([absent.code, absent.stderr]).toEqual([3, expect.stringContaining('vm run tiny')]);
  const both = await home.vm('run', 'tiny', '--root', project);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('WHAT and --root')]);
  const mistyped = await home.vm('run', 'tiny', '--mem', '1G', '--', 'true');
  expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringContaining("'--mem'")]);
  const text = await home.vm('run', '--kernel', join(project, 'sub', 'program'));
  expect([text.code, text.stderr]).toEqual([2, expect.stringContaining('it is no kernel')]);
  const nothing = await home.vm('run', 'tiny', '--inject', '/absent:/in');
  expect([nothing.code, nothing.stderr]).toEqual([3, expect.stringContaining('/absent')]);
  expect(left()).toEqual([]);
});
