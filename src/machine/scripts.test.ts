import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { testRoom } from '../../test/support/room.ts';
import { identityOf } from '../host/process-identity.ts';
import type { Machine } from './machine.ts';
import { argvLines, type Command, outdateScripts, type ServiceSettings, writeScripts } from './scripts.ts';

const room = testRoom();
let machine: Machine;
beforeEach(() => {
  machine = {
    name: 'hello',
    directory: room(),
    home: { directory: room(), cache: room(), config: {}, env: {} },
  };
  mkdirSync(room('supervise'));
});

const scripts = ['run', 'finish', 'control/t', 'log/run'];
type Settings = ServiceSettings & Command;

const writeBoth = (both: Settings) => writeScripts(machine, both, both);

const settings = (more: Partial<Settings> = {}): Settings => ({
  wrapper: [],
  binary: '/usr/bin/qemu-system-x86_64',
  argv: ['-name', 'hello'],
  once: false,
  restart: 'on-crash',
  stopWait: undefined,
  log: 1000,
  ...more,
});
const read = (script: string) => readFileSync(room(script), 'utf8');

/** A program that writes down its pid and arguments. */
function fakeQemu(name = 'qemu'): string {
  writeFileSync(room(name), `#!/bin/sh\necho $$ >pid\nprintf '%s\\0' "$@" >argv\n`, { mode: 0o755 });
  return room(name);
}

const hostile = [
  'a b',
  "it's",
  '"',
  '$HOME',
  '$(reboot)',
  '`reboot`',
  'a\nb',
  '\\',
  '',
  '-',
  '--',
  '#x',
  ';',
  '*',
  '~',
  'ü',
  '\t',
  '!!',
  '-x y',
];

test.each([
  ['plain', settings()],
  ['with hostile words', settings({ binary: "/opt/it's $(reboot)/qemu", argv: hostile })],
  ['for one time', settings({ once: true, stopWait: 1, restart: 'never' })],
])('the scripts are valid shell: %s', (_, it) => {
  writeBoth(it);
  for (const script of scripts) {
    expect(statSync(room(script)).mode & 0o777).toBe(0o755);
    expect(read(script)).toMatch(/^#!\/bin\/sh\n# hello: this /);
    execFileSync('/bin/sh', ['-n', room(script)]);
  }
});

test('a command line can be read, an option a line', () =>
  expect(argvLines(['-name', 'hello', '-m', '1G', '-no-reboot', '-append', 'a b'])).toBe(
    ` \\\n  -name hello \\\n  -m 1G \\\n  -no-reboot \\\n  -append 'a b'`,
  ));

describe('run', () => {
  test('becomes QEMU, with the very arguments, and says so', () => {
    writeBoth(settings({ binary: fakeQemu("it's $(reboot) qemu"), argv: hostile }));
    execFileSync('./run', { cwd: room() });
    expect(read('argv').split('\0').slice(0, -1)).toEqual(hostile);
    const [word, pid, started, boot] = read('supervise/life').trim().split(' ');
    expect([word, pid]).toEqual(['running', read('pid').trim()]);
    expect(started).toMatch(/^\d+$/);
    expect(boot).toBe(identityOf(process.pid)?.boot);
  });

  test('starts no QEMU that nobody would find: what it says of it cannot be written', () => {
    writeBoth(settings({ binary: fakeQemu() }));
    mkdirSync(room('supervise', 'life.new', 'in-the-way'), { recursive: true });
    const { status, stdout } = spawnSync('./run', { cwd: room(), encoding: 'utf8' });
    expect([status, stdout]).toEqual([100, expect.stringContaining('supervise/life cannot be written')]);
    expect(existsSync(room('argv'))).toBe(false);
  });

  test('has QEMU deaf to TERM', () => {
    writeFileSync(room('qemu'), '#!/bin/sh\nkill -TERM $$\necho alive >said\n', { mode: 0o755 });
    writeBoth(settings({ binary: room('qemu') }));
    execFileSync('./run', { cwd: room() });
    expect(read('said')).toBe('alive\n');
  });

  test('uses templates/once up, and makes itself old', () => {
    mkdirSync(room('templates'));
    writeFileSync(room('templates', 'once'), '-snapshot');
    for (const directory of ['templates', 'templates/once']) utimesSync(room(directory), 1, 1);
    writeBoth(settings({ binary: fakeQemu(), once: true }));
    execFileSync('./run', { cwd: room() });
    expect(existsSync(room('argv'))).toBe(true);
    expect(existsSync(room('templates', 'once'))).toBe(false);
    expect(statSync(room('run')).mtimeMs).toBeLessThan(86_400_000);
  });

  test('gets a new time where it stays the same, and whole content where not', () => {
    writeBoth(settings());
    const { ino } = statSync(room('run'));
    for (const script of scripts) utimesSync(room(script), 1, 1);
    writeBoth(settings());
    expect(statSync(room('run')).ino).toBe(ino);
    expect(Date.now() - statSync(room('run')).mtimeMs).toBeLessThan(10_000);
    writeBoth(settings({ argv: ['-m', '2G'] }));
    expect(statSync(room('run')).ino).not.toBe(ino);
    expect(read('run')).toContain('-m 2G');
  });
});

describe('the ladder waits', () => {
  /** What the ladder's script takes as its wait, by its first lines. */
  const waits = (stopWait: number | undefined, file?: string) => {
    if (file !== undefined) writeFileSync(room('wait'), file);
    writeBoth(settings({ stopWait }));
    const head = read('control/t').slice(0, read('control/t').indexOf('\n# alive'));
    return execFileSync('/bin/sh', ['-c', `${head}\nprintf %s "$wait"`], { cwd: room() }).toString();
  };

  test.each([
    [90_000, '5', '90'],
    [1500, undefined, '2'],
    [0, undefined, '0'],
    [undefined, '5\n', '5'],
    [undefined, undefined, '60'],
    [undefined, '', '60'],
    [undefined, 'soon\n', '60'],
    [undefined, '1m', '60'],
    [undefined, '010', '60'],
    [undefined, '$(reboot)', '60'],
  ])('as machine.yaml (%s) or the file (%j) says: %s s', (stopWait, file, wait) =>
    expect(waits(stopWait, file)).toBe(wait),
  );
});

test('the log takes half of its limit in each of its two files', () => {
  writeBoth(settings({ log: 1001 }));
  expect(read('log/run')).toContain('\nhalf=501\n');
});

test('a machine that was never started has a run that compiles first, and so has an outdated one', () => {
  writeScripts(machine, settings());
  expect(readFileSync(room('run'), 'utf8')).toMatch(/"\$vm" compile \. \|\| exit 100\nexec \.\/run\n$/);
  writeBoth(settings());
  outdateScripts(machine);
  expect(statSync(room('run')).mtimeMs).toBe(0);
});
