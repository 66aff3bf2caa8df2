import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commands, groups, hidden } from '../../src/cli/commands.ts';
import { builtVm, testHome } from '../support/home.ts';
import { spawnInTerminal } from '../support/terminal.ts';

const all = Object.keys(commands).filter((name) => !(name in hidden));

describe('every command', () => {
  test.each(all)('%s explains itself with an example', async (name) => {
    await using home = testHome();
    const { code, stdout } = await home.vm(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Example: ');
    expect(stdout).toContain('--timeout');
  });

  test('is in the overview, once', async () => {
    await using home = testHome();
    const { stdout } = await home.vm();
    for (const name of all) expect(stdout.match(new RegExp(`^  ${name}  `, 'gm'))).toHaveLength(1);
    expect(Object.keys(groups).every((title) => stdout.includes(title))).toBe(true);
  });
});

describe('names', () => {
  const wrong = [
    '../x',
    '',
    'a b',
    'x'.repeat(300),
    '.hidden',
    'a/b',
    'tab\there',
    'new\nline',
    'bell\u0007',
    '..',
  ];

  test.each(wrong)('%j is refused wherever a machine is named, and nothing is made', async (name) => {
    await using home = testHome();
    for (const command of [
      ['make', name],
      ['start', name],
      ['show', name],
      ['rm', name],
    ]) {
      const { code, stderr } = await home.vm(...command);
      expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be the name of a machine')]);
    }
    await home.vm('make', 'good', '--disk', 'none');
    expect((await home.vm('rename', 'good', name)).code).toBe(2);
    expect((await home.engine.machine.list({})).map((machine) => machine.name)).toEqual(['good']);
  });

  test('a leading dash is a flag, and after -- a wrong name', async () => {
    await using home = testHome();
    expect((await home.vm('make', '-x')).code).toBe(2);
    expect((await home.vm('make', '--', '-x')).stderr).toContain('cannot be the name of a machine');
  });
});

describe('make', () => {
  test('never asks without a terminal, and takes every answer as a flag', async () => {
    await using home = testHome();
    const args = [
      '--disk',
      '1G',
      '--wait',
      '5s',
      '--log',
      '1M',
      '--template',
      'mem-4g,vga-qxl',
      '--cpus',
      '2',
    ];
    expect((await home.vm('make', 'm', ...args, '--memory', '512M', '--json')).code).toBe(0);
    const spec = readFileSync(home.path('m', 'machine.yaml'), 'utf8');
    expect(spec).toMatch(/^cpus: 2\nmemory: 512M\ndisks:\n {2}- file: drive.qcow2\n/m);
    expect(spec).toContain('stopWait: 5s');
    expect(statSync(home.path('m', 'templates', 'mem-4g')).isFile()).toBe(true);
    const { memory } = await home.engine.machine.status({ name: 'm' });
    expect(memory).toBe(4 * 2 ** 30); // the template says so, and it is joined last
  });

  test('fifty at once of one name: one wins, the others all get the same error', async () => {
    await using home = testHome();
    const ends = await Promise.all(
      Array.from({ length: 50 }, () => home.vm('make', 'x', '--disk', 'none', '--json')),
    );
    const lost = ends.filter(({ code }) => code !== 0);
    expect(lost).toHaveLength(49);
    expect(new Set(lost.map(({ code, stderr }) => `${code} ${JSON.parse(stderr).error.code}`))).toEqual(
      new Set(['4 machine-exists']),
    );
    expect((await home.engine.machine.list({})).map(({ name }) => name)).toEqual(['x']);
  });

  test('wrong answers are named, and nothing is made', async () => {
    await using home = testHome();
    const wrong: [string[], number, string][] = [
      [['--memory', '12'], 2, 'memory must be a size in whole MiB'],
      [['--cpus', '0'], 2, 'cpus'],
      [['--forward', '22'], 2, 'forward'],
      [['--image', 'none-such'], 3, 'There is no image none-such'],
      [['--template', 'none-such'], 3, 'There is no template none-such'],
      [['/none/such.iso'], 3, '/none/such.iso'],
      [['--bogus'], 2, '--bogus'],
      [['--firmware', 'coreboot'], 2, 'firmware'],
    ];
    for (const [args, exit, said] of wrong) {
      const { code, stderr } = await home.vm('make', 'm', ...args);
      expect([code, stderr]).toEqual([exit, expect.stringContaining(said)]);
    }
    expect(await home.engine.machine.list({})).toEqual([]);
  });

  test('asks at a terminal for what no flag has answered', async () => {
    await using home = testHome();
    const terminal = spawnInTerminal(home, 'make', '--wait', '9s');
    const answers: [string, string][] = [
      ['Name of the machine', 'asked\r'],
      ['Size of its disk', '3M\r'],
      ['to keep', '\r'],
      ['Templates', ' '],
    ];
    for (const [question, answer] of answers) {
      await terminal.shows(question);
      terminal.type(answer);
    }
    await terminal.shows('◼');
    terminal.type('\r');
    await terminal.shows('asked is made');
    expect(await terminal.ended).toBe(0);
    expect(readFileSync(home.path('asked', 'machine.yaml'), 'utf8')).toMatch(/stopWait: 9s\nlog: 16M\n/);
    expect(readdirSync(home.path('asked', 'templates'))).toEqual(['audio-pa']);
  });

  test('reads the defaults of runit-vm from VMCONF, and never executes it', async () => {
    await using home = testHome();
    const conf = home.path('..', 'conf');
    writeFileSync(
      conf,
      '# mine\nVMCONF_DEFAULT_TEMPLATES=\'mem-8g display-none\'\nVMCONF_DEFAULT_DRIVE="2G"\nexport VMCONF_DEFAULT_WAIT=7\n',
    );
    expect((await home.run({ env: { VMCONF: conf } }, 'make', 'm', '--template', 'mem')).code).toBe(0);
    expect((await home.engine.machine.show({ name: 'm' })).templates).toEqual(['display-none', 'mem']);
    expect(statSync(home.path('m', 'drive.qcow2')).size).toBeGreaterThan(0);
    writeFileSync(conf, 'VMDIR=$(touch /tmp/never)\n');
    const { code, stderr } = await home.run({ env: { VMCONF: conf } }, 'list');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/conf, line 1:.*not run/)]);
  });
});

describe('set and edit', () => {
  test('set keeps the comments, and a wrong value changes nothing', async () => {
    await using home = testHome();
    await home.vm('make', 'm', '--disk', 'none');
    const file = home.path('m', 'machine.yaml');
    writeFileSync(file, `version: 1\n# why so much\nmemory: 2G # because\ncpus: 1\n`);
    expect((await home.vm('set', 'm', 'cpus=3', 'display=vnc')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(
      'version: 1\n# why so much\nmemory: 2G # because\ncpus: 3\ndisplay: vnc\n',
    );
    const { code, stderr } = await home.vm('set', 'm', 'cpus=2', 'memory=lots');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('m/machine.yaml, line 3, column 9: memory must be'),
    ]);
    expect(readFileSync(file, 'utf8')).toContain('cpus: 3');
    expect((await home.vm('set', 'm', '--unset', 'display')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toContain('display');
  });

  test('edit saves what is valid, and keeps what is not where it can be mended', async () => {
    await using home = testHome();
    await home.vm('make', 'm', '--disk', 'none');
    const edit = (script: string) => home.run({ env: { EDITOR: `sh -c '${script}' sh` } }, 'edit', 'm');
    expect((await edit('echo "cpus: 4" >> "$1"')).code).toBe(0);
    expect((await home.engine.machine.status({ name: 'm' })).cpus).toBe(4);
    const bad = await edit('echo "cpu s: 4" >> "$1"');
    expect(bad.code).toBe(1);
    expect(bad.stderr).toMatch(/line \d+, column 1: there is no key cpu s/);
    const kept = /kept in (\S+)/.exec(bad.stderr)?.[1] as string;
    expect(readFileSync(kept, 'utf8')).toContain('cpu s: 4');
    expect((await edit('exit 3')).stderr).toContain('ended with exit code 3');
    expect((await edit('true')).stdout).toContain('stays as it is');
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('prints the script of %s', async (shell) => {
    await using home = testHome();
    expect((await home.vm('completion', shell)).stdout).toContain('vm complete');
  });

  test('knows commands, machines, flags and choices', async () => {
    await using home = testHome();
    await home.vm('make', 'alpha', '--disk', 'none');
    const complete = async (...words: string[]) =>
      (await home.vm('complete', '--', ...words)).stdout.trim().split('\n');
    expect(await complete('st')).toEqual(['status', 'start', 'stop']);
    expect(await complete('start', 'al')).toEqual(['alpha']);
    expect(await complete('image', 'b')).toEqual(['build']);
    expect(await complete('sv', 're')).toEqual(['restart']);
    expect(await complete('make', '--mem')).toEqual(['--memory']);
  });
});

test('an error with --json is one line of JSON on standard error', async () => {
  await using home = testHome();
  const { code, stdout, stderr } = await home.vm('show', 'nobody', '--json');
  expect([code, stdout]).toEqual([3, '']);
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'machine-not-found', details: { name: 'nobody' } });
});

test('doctor explains which accelerator machines take', async () => {
  await using home = testHome();
  const { code, stdout } = await home.vm('doctor', '--json');
  expect(code).toBe(0);
  const findings: { what: string; state: string; found: string }[] = JSON.parse(stdout);
  expect(findings.find(({ what }) => what === 'tcg')).toMatchObject({ state: 'ok' });
  expect(findings.find(({ what }) => what === 'kvm')?.found).toMatch(/KVM/);
});

test('a VMDIR that cannot be made is said to be so', async () => {
  await using home = testHome();
  mkdirSync(home.path('taken'), { recursive: true });
  writeFileSync(home.path('taken', 'file'), '');
  const { code, stderr } = await home.run(
    { env: { VMDIR: home.path('taken', 'file', 'x') } },
    'make',
    'm',
    '--disk',
    'none',
  );
  expect([code, stderr]).toEqual([6, expect.stringContaining('cannot be used')]);
});

describe('several machines', () => {
  test('are one list as JSON, errors beside it, and many of them warn of nothing', async () => {
    await using home = testHome();
    const names = Array.from({ length: 12 }, (_, index) => `m${index}`);
    await Promise.all(names.map((name) => home.engine.machine.make({ name, disk: 'none' })));
    const all = await home.vm('status', ...names, '--json');
    expect([all.code, all.stderr]).toEqual([0, '']);
    expect(JSON.parse(all.stdout).map(({ name }: { name: string }) => name)).toEqual(names);
    const some = await home.vm('status', 'nobody', 'm3', '--json');
    expect(some.code).toBe(3);
    expect(JSON.parse(some.stdout)).toMatchObject([{ name: 'm3' }]);
    expect(JSON.parse(some.stderr).error.code).toBe('machine-not-found');
    expect(JSON.parse((await home.vm('status', 'm3', '--json')).stdout)).toMatchObject({ name: 'm3' });
  });
});

const olderNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (node) => existsSync(node) && Number(execFileSync(node, ['-p', 'parseInt(process.versions.node)'])) < 24,
);

test.skipIf(!olderNode)('an older Node is told that it is too old (needs one)', () => {
  const { status, stderr } = spawnSync(olderNode ?? '', [builtVm, 'list'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([
    6,
    expect.stringMatching(/^vm: this is Node \d+\.\S+, and vm needs Node 24/),
  ]);
});
