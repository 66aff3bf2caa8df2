import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../src/cartridge/deploy/judge.ts';
import { readBlockDevices } from '../../src/host/block/devices.ts';
import { readUsage } from '../../src/host/block/uses.ts';
import { writeProc, writeSysfs } from '../support/block-tree.ts';
import { box, canBuildDebian, debianPatience, guestRuns, startDebian } from '../support/debian.ts';
import { eventually } from '../support/eventually.ts';
import { builtVm, type TestHome, testHome } from '../support/home.ts';

const mebibyte = 2 ** 20;
const imageSize = 20 * mebibyte;

let home: TestHome;

/** A USB stick that QEMU makes of a file, plugged into a Debian which runs vm itself. */
describe.skipIf(!canBuildDebian)('a USB stick', () => {
  const run = (command: string) => guestRuns(home, box, command);
  const file = (name: string) => home.path('..', name);
  const vm = '/tools/node /tools/vm/dist/vm.js';

  beforeAll(async () => {
    home = testHome();
    writeFileSync(file('stick'), '');
    truncateSync(file('stick'), 600 * mebibyte);
    execFileSync('sfdisk', ['--quiet', file('stick')], { input: 'label: gpt\n,16M,U\n,,L\n' });
    makeTools();
    await startDebian(home);
    await plug('stick', 'stick', { driver: 'usb-storage', removable: true, serial: 'STICK1' });
    await eventually(async () => (await run('ls /sys/block')).includes('sda'), 'the stick to be there');
    await plug('tools', 'tools.img', { driver: 'scsi-hd' });
    await eventually(
      async () => (await run('ls /dev/disk/by-label')).includes('tools'),
      'the tools to be there',
    );
    await run('mkdir /tools; mount /dev/disk/by-label/tools /tools');
  }, debianPatience);

  afterAll(async () => await home?.[Symbol.asyncDispose]());

  const plug = async (id: string, name: string, device: object) => {
    const qmp = (command: string, given: object) =>
      home.engine.machine.qmp({ name: box, command, arguments: { ...given } });
    const content = { driver: 'file', filename: file(name) };
    await qmp('blockdev-add', { 'node-name': `file-${id}`, driver: 'raw', file: content });
    await qmp('device_add', { id, drive: `file-${id}`, ...device });
  };

  /** A disk with Node, the built vm, and an image of random bytes. */
  const makeTools = () => {
    const at = (name: string) => file(join('tools', name));
    mkdirSync(at('vm'), { recursive: true });
    copyFileSync(process.execPath, at('node'));
    for (const name of ['dist', 'share', 'package.json'])
      cpSync(join(builtVm, '../..', name), at(`vm/${name}`), { recursive: true });
    const content = randomFillSync(Buffer.alloc(imageSize)).fill('\x55\xaa', 510, 512, 'latin1');
    writeFileSync(at('live.img'), content);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'tools', '-d', at(''), file('tools.img'), '1G'], {
      stdio: 'ignore',
    });
  };

  test('is told from the disk of the system by what the kernel says', async () => {
    const script = readFileSync(join(import.meta.dirname, '../support/print-sysfs.sh'), 'utf8');
    writeSysfs(file('sys'), await run(script));
    writeProc(file('proc'), {
      mountinfo: await run('cat /proc/self/mountinfo'),
      swaps: await run('cat /proc/swaps'),
    });
    const devices = readBlockDevices(file('sys'));
    const verdict = (name: string) => {
      const device = devices.find((one) => one.name === name);
      return device && judge(device, devices, readUsage(file('sys'), file('proc')), { force: false });
    };
    expect(devices.find(({ name }) => name === 'sda')).toMatchObject({
      ...{ kind: 'disk', bus: 'usb', removable: true, serial: 'STICK1', size: 600 * mebibyte },
    });
    expect(verdict('sda')).toBeUndefined();
    expect(verdict('vda')).toMatchObject({ reason: 'system' });
  });

  test('is written to, read back and known with its new content', async () => {
    const said = await run(`${vm} deploy /tools/live.img sda --yes sda --json 2>/dev/null`);
    expect(JSON.parse(said)).toMatchObject({ path: '/dev/sda', bytes: imageSize, tableRead: true });
    expect(await run('ls /sys/block/sda')).not.toContain('sda1');
    await using stick = await open(file('stick'));
    const { buffer } = await stick.read({ buffer: Buffer.alloc(imageSize), position: 0 });
    expect(buffer.equals(readFileSync(file('tools/live.img')))).toBe(true);
  });

  test('pulled out in the middle is told, with where', async () => {
    await run('cp /tools/live.img /tools/large.img; truncate -s 500M /tools/large.img');
    const attempt = run(`${vm} deploy /tools/large.img sda --yes sda --json 2>&1 >/dev/null | tee /run/said`);
    await eventually(async () => (await run('cat /run/said')).includes('Writing'), 'the writing');
    await home.engine.machine.qmp({ name: box, command: 'device_del', arguments: { id: 'stick' } });
    const said = await attempt;
    const { error } = JSON.parse(said.slice(said.indexOf('{')));
    expect(error).toMatchObject({
      code: 'device-failed',
      details: { device: '/dev/sda', doing: 'it was written to' },
    });
    expect(error.details.offset).toBeGreaterThan(0);
    expect(error.message).toMatch(/it is gone; was it pulled out\? \/dev\/sda holds a part of large\.img/);
  });
});
