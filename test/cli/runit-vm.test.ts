import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

/** A directory as runit-vm makes it: templates, wait, down, a disk, and links to scripts that are not there. */
function makeAsRunitVm(home: TestHome, name: string): void {
  const directory = home.path(name);
  mkdirSync(`${directory}/templates`, { recursive: true });
  mkdirSync(`${directory}/log`);
  writeFileSync(`${directory}/down`, '');
  writeFileSync(`${directory}/wait`, '3\n');
  symlinkSync('../.default/run', `${directory}/run`);
  symlinkSync('../../.default/log/run', `${directory}/log/run`);
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', `${directory}/drive.qcow2`, '64M']);
  const templates = {
    'cpu-host': '-cpu host',
    'display-none': '-display none',
    'drive-virtio': '-drive file="./drive.qcow2",if=virtio',
    kernel: `-kernel ${home.path('.images/tiny/vmlinux')} -initrd ${home.path('.images/tiny/initrd')}\n-append "console=ttyS0 vivarium.name=$NAME_OF_GUEST"`,
    kvm: '-enable-kvm',
    mem: '-m 192M',
    'core-c2t2': '-smp cores=1,threads=2',
  };
  for (const [file, text] of Object.entries(templates))
    writeFileSync(`${directory}/templates/${file}`, `${text}\n`);
}

test('a machine of runit-vm is listed, started, watched and stopped as it stands', async () => {
  await using home = testHome();
  makeAsRunitVm(home, 'old');
  const before = await home.vm('list', '--json');
  expect(JSON.parse(before.stdout)).toMatchObject([
    { name: 'old', state: 'stopped', runitVm: true, memory: 192 * 2 ** 20, cpus: 2 },
  ]);
  const started = await home.run({ env: { NAME_OF_GUEST: 'ancient' } }, 'start', 'old');
  expect(started.code, started.stderr).toBe(0);
  await printed(home, 'old', 'root@ancient:~#');
  expect(existsSync(home.path('old', 'supervise', 'monitor'))).toBe(true);
  expect((await home.run({ input: 'info name\n' }, 'monitor', 'old')).stdout).toContain('old');
  const stopped = await home.vm('stop', 'old');
  expect(stopped.stdout).toContain('old has powered off');
  expect(readFileSync(home.path('old', 'wait'), 'utf8')).toBe('3\n');
  expect(existsSync(home.path('old', 'machine.yaml'))).toBe(false);
});

test('its file wait is how long the guest has, and a guest that ignores the button is quit', async () => {
  await using home = testHome();
  makeAsRunitVm(home, 'deaf');
  writeFileSync(home.path('deaf', 'wait'), '1\n');
  writeFileSync(home.path('deaf', 'templates', 'kernel'), '-net none\n');
  expect((await home.vm('start', 'deaf')).code).toBe(0);
  const { stdout } = await home.vm('stop', 'deaf');
  expect(stdout).toMatch(/powerdown at .*, quit at/);
});

test('vm boot appends to its templates/once, which is used up', async () => {
  await using home = testHome();
  makeAsRunitVm(home, 'old');
  writeFileSync(home.path('old', 'templates', 'once'), '-uuid 12345678-1234-1234-1234-123456789abc\n');
  expect((await home.vm('boot', 'old', '-rtc', 'base=localtime')).code).toBe(0);
  const { pid } = await home.engine.machine.status({ name: 'old' });
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  expect(command).toContain('123456789abc');
  expect(command).toContain('base=localtime');
  expect(existsSync(home.path('old', 'templates', 'once'))).toBe(false);
});

test("the verbs of runit's sv", async () => {
  await using home = testHome();
  makeAsRunitVm(home, 'old');
  const sv = async (verb: string) => (await home.vm('sv', verb, 'old')).stdout.trim();
  expect(await sv('status')).toBe('down: old: not supervised');
  expect(await sv('up')).toMatch(/^run: old: \(pid \d+\) \d+s$/);
  await sv('pause');
  await eventually(async () => (await sv('status')).endsWith('paused'), 'it to be paused');
  await sv('cont');
  await eventually(async () => !(await sv('status')).includes('paused'), 'it to go on');
  const { pid } = await home.engine.machine.status({ name: 'old' });
  await sv('kill');
  await eventually(async () => {
    const now = await home.engine.machine.status({ name: 'old' });
    return now.state === 'running' && now.pid !== pid; // runit-vm's machines always come back
  }, 'it to be back');
  await home.vm('stop', '--now', 'old');
  expect(await sv('once')).toMatch(/^run: old: .*want down$/);
  expect(await sv('exit')).toBe('down: old: not supervised');
});

test('a runit-vm that is still installed runs its machine by its own `run`; vm lists and stops it', async () => {
  await using home = testHome();
  makeAsRunitVm(home, 'theirs');
  mkdirSync(home.path('.default/log'), { recursive: true });
  writeFileSync(home.path('.default/run'), "#!/bin/sh\ntrap 'exit 0' TERM\nwhile :; do sleep 0.1; done\n");
  writeFileSync(home.path('.default/log/run'), '#!/bin/sh\nexec cat >/dev/null\n');
  chmodSync(home.path('.default/run'), 0o755);
  chmodSync(home.path('.default/log/run'), 0o755);
  const { spawn } = await import('node:child_process');
  const runsv = spawn('runsv', [home.path('theirs')], { stdio: 'ignore' });
  await eventually(() => existsSync(home.path('theirs/supervise/ok')), 'runsv');
  writeFileSync(home.path('theirs/supervise/control'), 'u');
  await eventually(
    async () => (await home.engine.machine.status({ name: 'theirs' })).state === 'running',
    'it to run',
  );
  expect((await home.vm('stop', 'theirs')).code).toBe(0);
  await eventually(() => runsv.exitCode !== null || runsv.signalCode !== null, 'runsv to leave');
});
