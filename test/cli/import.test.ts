import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { findUefi } from '../../src/qemu/firmware-files.ts';
import { guestSays, printed } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';
import { fixture } from '../support/said.ts';

/** A disk in a place outside of VMDIR. */
function makeDisk(file: string, ...more: string[]): string {
  mkdirSync(dirname(file), { recursive: true });
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', ...more, file, '64M']);
  return file;
}

const backingOf = (file: string): string =>
  JSON.parse(execFileSync('qemu-img', ['info', '--output=json', file], { encoding: 'utf8' }))[
    'backing-filename'
  ];

/** A domain of the tiny guest, whose disk is an overlay over a file named relative to it. */
function makeDomain(home: TestHome): { xml: string; disk: string } {
  makeDisk(home.path('../disks/base.qcow2'));
  const disk = makeDisk(home.path('../disks/over.qcow2'), '-b', 'base.qcow2', '-F', 'qcow2');
  const xml = home.path('../tiny.xml');
  const text = fixture('tiny.xml')
    .replace('KERNEL', home.path('.images/tiny/vmlinux'))
    .replace('INITRD', home.path('.images/tiny/initrd'))
    .replace('DISK', disk);
  writeFileSync(xml, text);
  return { xml, disk };
}

/** A directory as runit-vm makes it, with a space in its name. */
function makeRunitVm(home: TestHome): string {
  const directory = home.path('../old vms/my box');
  makeDisk(`${directory}/drive.qcow2`);
  mkdirSync(`${directory}/templates`);
  mkdirSync(`${directory}/log`);
  symlinkSync('../default/run', `${directory}/run`);
  symlinkSync('../../default/log/run', `${directory}/log/run`);
  symlinkSync('nowhere', `${directory}/lost`);
  const kernel = `-kernel ${home.path('.images/tiny/vmlinux')} -initrd ${home.path('.images/tiny/initrd')}`;
  const files = {
    wait: '7\n',
    down: '',
    hooks: 'pre_qemu() { echo the hook was here; }\n',
    notes: 'mine\n',
    'templates/kvm': '-enable-kvm\n',
    'templates/mem': '-m 192M\n',
    'templates/drive-virtio': '-drive file=./drive.qcow2,format=qcow2,if=virtio\n',
    'templates/display-none': '-display none\n',
    'templates/kernel': `${kernel}\n-append "console=ttyS0 vivarium.name=$GUEST"\n`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(`${directory}/${file}`, text);
  return directory;
}

/** What lies in VMDIR, but for what every test has there. */
const machines = (home: TestHome) =>
  readdirSync(home.vmdir).filter((name) => !/^\.(images|index)/.test(name));

test('a domain of libvirt boots, with its disk, its card and its kernel', async () => {
  await using home = testHome();
  const { xml, disk } = makeDomain(home);
  const { code, stdout, stderr } = await home.vm('import', 'libvirt', xml, 'moved');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^moved is made. Start it: vm start moved$/m);
  expect(stdout).toMatch(/^17 +<disk .* vda +disks: .*, used where it is$/m);
  expect(stdout).toMatch(/Not taken over[\s\S]*line 22: .*\n +the card has a network of its own/);
  expect((await home.vm('list')).stdout).toMatch(/moved +stopped +1 +192M/);
  expect((await home.vm('start', 'moved')).code).toBe(0);
  await printed(home, 'moved', 'root@moved:~#');
  expect(await guestSays(home, 'moved', 'cat /sys/block/vda/size /sys/class/net/eth0/address')).toBe(
    '131072\n52:54:00:6b:3c:58',
  );
  const copied = await home.vm('import', 'libvirt', xml, 'second', '--copy');
  expect(copied).toMatchObject({ code: 4, stdout: '' });
  expect(copied.stderr).toContain(`A running QEMU has the disk ${disk} open`);
  expect(machines(home)).toEqual(['moved']);
});

test('disks are copied or moved, and find what they lie over', async () => {
  await using home = testHome();
  const { xml, disk } = makeDomain(home);
  const base = home.path('../disks/base.qcow2');
  const copied = await home.vm('import', 'libvirt', xml, 'copied', '--copy', '--json');
  const report = JSON.parse(copied.stdout);
  expect(report.machine).toMatchObject({ name: 'copied', state: 'stopped', memory: 192 * 2 ** 20 });
  expect(report.taken).toContainEqual(
    expect.objectContaining({ line: 17, as: expect.stringMatching(/file: drive.qcow2.*copied from/) }),
  );
  expect(backingOf(home.path('copied/drive.qcow2'))).toBe(base);
  expect(backingOf(disk)).toBe('base.qcow2');
  expect((await home.vm('import', 'libvirt', xml, 'moved', '--move')).code).toBe(0);
  expect(existsSync(disk)).toBe(false);
  expect(backingOf(home.path('moved/drive.qcow2'))).toBe(base);
  for (const name of ['copied', 'moved']) expect((await home.vm('start', name)).stderr).toBe('');
});

test('a machine of quickemu, whose disk is not made yet, or is', async () => {
  await using home = testHome();
  const conf = home.path('../ubuntu-24.04.conf');
  writeFileSync(conf, fixture('ubuntu-24.04.conf'));
  const fresh = await home.vm('import', 'quickemu', conf);
  expect(fresh.stdout).toMatch(/^ubuntu-24\.04 is made/);
  expect(fresh.stdout).toMatch(/disks: .* new, with 16G/);
  expect(fresh.stdout).toContain('ubuntu-24.04-desktop-amd64.iso is not there');
  expect(existsSync(home.path('ubuntu-24.04/drive.qcow2'))).toBe(true);

  const disk = makeDisk(home.path('../ubuntu-24.04/disk.qcow2'));
  const iso = home.path('../ubuntu-24.04/ubuntu-24.04-desktop-amd64.iso');
  writeFileSync(iso, Buffer.alloc(2 ** 20));
  const used = await home.vm('import', 'quickemu', conf, 'used');
  expect(used.stderr).toBe('');
  const { spec } = await home.engine.machine.show({ name: 'used' });
  expect(spec).toMatchObject({ disks: [{ file: disk, interface: 'virtio' }], cdrom: iso, firmware: 'uefi' });
  expect((await home.vm('list')).stdout).toMatch(/used .* 22221:22 /); // the first machine has 22220
  if (!findUefi()) return;
  await home.vm('set', 'used', 'memory=256M');
  expect((await home.vm('start', 'used')).stderr).toBe('');
});

test.skipIf(!findUefi())('the UEFI variables of quickemu come along', async () => {
  await using home = testHome();
  writeFileSync(home.path('../box.conf'), 'guest_os="linux"\ndisk_img="box/disk.qcow2"\n');
  makeDisk(home.path('../box/disk.qcow2'));
  const variables = readFileSync(findUefi()?.variables ?? '');
  variables.write('mark', 100);
  writeFileSync(home.path('../box/OVMF_VARS.fd'), variables);
  expect((await home.vm('import', 'quickemu', home.path('../box.conf'))).stdout).toContain(
    'uefi-vars.fd, copied from',
  );
  expect(readFileSync(home.path('box/uefi-vars.fd')).equals(variables)).toBe(true);
});

test('a machine of runit-vm is copied, says what it was in machine.yaml, and boots', async () => {
  await using home = testHome();
  const old = makeRunitVm(home);
  const { code, stdout, stderr } = await home.vm('import', 'runit-vm', old);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/my box +the machine my-box/);
  expect(stdout).toMatch(/templates\/kernel: .* templates\/kernel, as it stands/);
  expect(stdout).toMatch(/^ {2}lost\n +is a link that leads nowhere$/m);
  expect(readdirSync(home.path('my-box/templates'))).toEqual(['kernel']);
  expect(readFileSync(home.path('my-box/notes'), 'utf8')).toBe('mine\n');
  expect(existsSync(home.path('my-box/wait'))).toBe(false);
  const { spec } = await home.engine.machine.show({ name: 'my-box' });
  expect(spec).toMatchObject({
    machine: 'pc',
    memory: 192 * 2 ** 20,
    disks: [{ file: 'drive.qcow2', interface: 'virtio' }],
    networks: [{ model: 'e1000' }],
    restart: 'always',
    stopWait: 7000,
  });
  expect((await home.run({ env: { GUEST: 'ancient' } }, 'start', 'my-box')).code).toBe(0);
  expect(await printed(home, 'my-box', 'root@ancient:~#')).toContain('the hook was here');
  expect(existsSync(`${old}/drive.qcow2`)).toBe(true);
});

test('a machine of runit-vm is moved', async () => {
  await using home = testHome();
  const old = makeRunitVm(home);
  expect((await home.vm('import', 'runit-vm', old, 'new', '--move')).stderr).toBe('');
  expect(readdirSync(dirname(old))).toEqual([]);
  expect(existsSync(home.path('new/drive.qcow2'))).toBe(true);
  expect((await home.vm('start', 'new')).code).toBe(0);
});

test('a machine of runit-vm that runs is not taken from under its feet', async () => {
  await using home = testHome();
  makeRunitVm(home);
  execFileSync('mv', [home.path('../old vms/my box'), home.path('running')]);
  expect((await home.vm('start', 'running')).code).toBe(0);
  const { code, stderr } = await home.vm('import', 'runit-vm', home.path('running'), 'new', '--move');
  expect([code, stderr]).toEqual([4, expect.stringContaining('Stop it first: sv down')]);
  expect((await home.engine.machine.status({ name: 'running' })).state).toBe('running');
});

const wrong: { why: string; source: string; text?: string | Buffer; says: string; exit: number }[] = [
  { why: 'a file that is not there', source: 'quickemu', says: 'does not exist', exit: 3 },
  { why: 'a domain that is not there', source: 'libvirt', says: 'does not exist', exit: 3 },
  { why: 'a directory that is not there', source: 'runit-vm', says: 'does not exist', exit: 3 },
  {
    why: 'junk',
    source: 'quickemu',
    text: Buffer.from([0x7f, 0x45, 0xff, 0, 1]),
    says: 'is no text',
    exit: 1,
  },
  { why: 'a NUL', source: 'libvirt', text: '<domain>\0</domain>', says: 'is no text', exit: 1 },
  { why: 'a huge file', source: 'quickemu', text: 'a'.repeat(2 ** 20 + 1), says: 'larger than 1M', exit: 1 },
  { why: 'another text', source: 'quickemu', text: 'Dear diary', says: 'sets none of guest_os', exit: 1 },
  { why: 'another XML', source: 'libvirt', text: '<network/>', says: 'is <network>', exit: 1 },
  { why: 'no XML', source: 'libvirt', text: 'guest_os="linux"', says: 'is no XML', exit: 1 },
  { why: 'a file', source: 'runit-vm', text: 'x', says: 'is no directory', exit: 1 },
  { why: 'another program', source: 'vmware', text: 'x', says: 'from is wrong', exit: 2 },
  {
    why: 'a name without letters',
    source: 'libvirt',
    text: "<domain type='kvm'><name>機器</name></domain>",
    says: 'calls itself "機器"',
    exit: 1,
  },
];

test.each(wrong)('$why is refused in $source, and nothing is made', async ({ source, text, says, exit }) => {
  await using home = testHome();
  const file = home.path('../x y');
  if (text !== undefined) writeFileSync(file, text);
  const { code, stdout, stderr } = await home.vm('import', source, file);
  expect([code, stdout, stderr]).toEqual([exit, '', expect.stringContaining(says)]);
  expect(stderr).not.toContain('should not have happened');
  expect(machines(home)).toEqual([]);
});

test('a name that is taken, and flags that contradict each other', async () => {
  await using home = testHome();
  const { xml } = makeDomain(home);
  expect((await home.vm('import', 'libvirt', xml)).code).toBe(0);
  expect(await home.vm('import', 'libvirt', xml)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('a machine tiny already'),
  });
  expect((await home.vm('import', 'libvirt', xml, 'new', '--copy', '--move')).code).toBe(2);
  expect(machines(home)).toEqual(['tiny']);
});

test('what a file says cannot command a terminal, nor write more lines into machine.yaml', async () => {
  await using home = testHome();
  const conf = home.path('../evil.conf');
  writeFileSync(
    conf,
    'guest_os="linux\u001b]0;evil\u0007"\nevil="\u001b[31m\nimage: x"\ndisk_img="a\nb: c"\n',
  );
  const { code, stdout } = await home.vm('import', 'quickemu', conf);
  expect(code).toBe(0);
  expect(stdout).not.toContain('\u001b');
  expect(readFileSync(home.path('evil/machine.yaml'), 'utf8')).not.toMatch(/^(image|b):/m);
});
