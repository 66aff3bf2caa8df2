import { describe, expect, test } from 'vitest';
import {
  blockFixture,
  guestSysfs,
  type ProcFiles,
  writeProc,
  writeSysfs,
} from '../../../test/support/block-tree.ts';
import { testRoom } from '../../../test/support/room.ts';
import { readBlockDevices } from '../../host/block/devices.ts';
import { readUsage } from '../../host/block/uses.ts';
import { judge, type Request } from './judge.ts';

const room = testRoom();
const guest = guestSysfs();
const mebibyte = 2 ** 20;
const stick = 'devices/pci0000:00/0000:00:07.0/usb2/2-1/2-1:1.0/host13/target13:0:0/13:0:0:0/block/sde';
const image = { file: 'live.iso', path: '/home/me/live.iso', size: 100 * mebibyte, number: '254:2' };

interface Host extends ProcFiles {
  /** Lines that are put over those of the fixture. */
  sysfs?: string;
}

/** `reason: problem`, or `fit`. */
function verdict(name: string, request: Partial<Request> = {}, { sysfs = '', ...files }: Host = {}): string {
  const sys = sysfs === '' ? guest() : room('sys');
  if (sysfs !== '') writeSysfs(sys, `${blockFixture('guest.sysfs')}\n${sysfs}`);
  const mountinfo = blockFixture('guest.mountinfo');
  writeProc(room('proc'), { mountinfo, swaps: blockFixture('guest.swaps'), ...files });
  const devices = readBlockDevices(sys);
  const device = devices.find((one) => one.name === name);
  if (!device) throw new Error(`the fixture has no ${name}`);
  const found = judge(device, devices, readUsage(sys, room('proc')), {
    force: false,
    image,
    ...request,
  });
  return found ? `${found.reason}: ${found.problem}; ${found.next}` : 'fit';
}

const mounted = (source: string, number: string, at: string): string =>
  `9 1 ${number} / ${at} rw - btrfs ${source} rw\n`;

describe('a device that is free', () => {
  test.each([
    ['sde', {}, 'fit'],
    ['sdd', {}, 'fit'],
    ['sda', { force: true }, 'fit'],
    ['sda', {}, 'fixed: is built in, not removable; If it is the right one, say so: --force'],
    ['loop0', { force: true, image: { ...image, size: mebibyte } }, 'fit'],
    ['loop0', { image: { ...image, size: mebibyte } }, 'loop: is a loop device'],
    ['sde', { image: { ...image, size: 256 * mebibyte } }, 'fit'],
    [
      'sde',
      { image: { ...image, size: 256 * mebibyte + 1 } },
      'too-small: is too small: live.iso takes 268435457 bytes (256M), and it has 268435456 (256M)',
    ],
    ['sde', { access: { writable: true, group: 'disk' } }, 'fit'],
    [
      'sde',
      { access: { writable: false, group: 'disk' } },
      'not-permitted: may be written to only by root and the group disk; As root: sudo vm deploy ISO /dev/sde',
    ],
  ] satisfies [string, Partial<Request>, string][])('%s with %j', (name, request, said) => {
    expect(verdict(name, request)).toContain(said);
  });
});

/** None of which --force changes. */
const forced = { force: true };

describe('what --force does not change', () => {
  test.each([
    ['sde1', 'partition: is a partition of /dev/sde; An image takes a whole device: vm deploy ISO /dev/sde'],
    ['nvme0n1p2', 'partition: is a partition of /dev/nvme0n1'],
    ['sr0', 'optical: is an optical drive'],
    ['dm-1', 'virtual: is the mapping box-root and no disk of its own'],
    ['md0', 'virtual: is a RAID'],
    ['zram0', 'virtual: is memory'],
    ['vdb', 'readonly: is read-only'],
    ['vda', 'system: holds the running system: vda2 is mounted on /; See the others: vm deploy'],
    [
      'mmcblk0',
      "mounted: is in use: mmcblk0p1 is mounted on /run/fx/my card; Unmount it: umount '/run/fx/my card'",
    ],
    ['nvme0n1', 'mounted: is in use: nvme0n1p1 is mounted on /run/fx/root/boot/efi, and 1 more'],
    ['sdb', 'held: is in use: sdb carries the RAID md0; Take that apart: mdadm --stop /dev/md0'],
  ])('%s is refused: %s', (name, said) => {
    expect(verdict(name, forced)).toContain(said);
    expect(verdict(name)).toContain(said);
  });

  test('a system below LVM and LUKS is found', () => {
    const host = { mountinfo: blockFixture('chroot.mountinfo') };
    expect(verdict('nvme0n1', forced, host)).toContain(
      'system: holds the running system: nvme0n1p1 is mounted on /boot/efi',
    );
    const root = mounted('/dev/mapper/box-root', '253:1', '/');
    expect(verdict('nvme0n1', forced, { mountinfo: root })).toContain('box-root is mounted on /;');
  });

  test('encrypted volumes and swap count when nothing is mounted', () => {
    expect(verdict('nvme0n1', forced, { mountinfo: '' })).toContain(
      'held: is in use: nvme0n1p2 carries the encrypted secret; Take that apart: cryptsetup close secret',
    );
    const swaps = 'Filename\n/dev/sde2 partition 1 0 -2\n';
    expect(verdict('sde', forced, { swaps })).toContain(
      'swap: is in use: sde2 is swap; Free it: swapoff /dev/sde2',
    );
  });

  test('a mount that only another namespace has', () => {
    const processes = { 77: { mountinfo: mounted('/dev/sde1', '8:65', '/') } };
    expect(verdict('sde', forced, { processes })).toContain(
      'mounted: is in use: sde1 is mounted on / in the mount namespace of process 77; Let process 77 end.',
    );
  });

  test('a btrfs, whose number is nobody’s, by its source and by its other devices', () => {
    const mountinfo = mounted('/dev/sde2', '0:44', '/data');
    expect(verdict('sde', forced, { mountinfo })).toContain('mounted: is in use: sde2 is mounted on /data');
    const sysfs = `fs/btrfs/0b0b/devices/sdd -> ../../../../${stick}`;
    expect(verdict('sdd', forced, { sysfs })).toContain('sdd is part of a mounted btrfs');
  });

  test('bcachefs names all its devices at once', () => {
    const mountinfo = mounted('/dev/sdd:/dev/sde1', '0:44', '/data');
    expect(verdict('sde', forced, { mountinfo })).toContain('sde1 is mounted on /data');
  });

  test('a loop device or a program that stands on it', () => {
    const loop = 'devices/virtual/block/loop0/loop/backing_file = /dev/sde2';
    expect(verdict('sde', forced, { sysfs: loop })).toContain(
      'held: is in use: /dev/loop0 stands for sde2; Free it: losetup -d /dev/loop0',
    );
    const qemu = { comm: 'qemu-system-x86\n', 'fd/9': '-> /dev/sdd', 'fdinfo/9': 'flags:\t0100002\n' };
    expect(verdict('sdd', forced, { processes: { 41: qemu } })).toContain(
      'open: is in use: qemu-system-x86 (process 41) has sdd open for writing',
    );
  });

  test('an image that lies on the device itself, whose number is that of a mapping', () => {
    expect(verdict('nvme0n1', { force: true, image: { ...image, number: '253:1' } })).toContain(
      'holds-image: is where live.iso lies',
    );
  });

  test('a loop device that shows the image', () => {
    expect(verdict('loop0', { force: true, image: { ...image, path: '/run/fx/loopfile' } })).toContain(
      'holds-image',
    );
  });

  test('a card reader without a card', () => {
    expect(verdict('sde', forced, { sysfs: `${stick}/size = 0` })).toContain(
      'no-medium: has no medium in it',
    );
  });
});
