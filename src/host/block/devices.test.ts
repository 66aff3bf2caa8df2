import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blockFixture, guestSysfs, writeSysfs } from '../../../test/support/block-tree.ts';
import { testRoom } from '../../../test/support/room.ts';
import { type BlockDevice, readBlockDevices } from './devices.ts';

const room = testRoom();

const guest = guestSysfs();

const named = (name: string, sys = guest()): BlockDevice | undefined =>
  readBlockDevices(sys).find((device) => device.name === name);

const mebibyte = 2 ** 20;

test.each<[string, Partial<BlockDevice>]>([
  ['sde', { kind: 'disk', bus: 'usb', removable: true, number: '8:64', size: 256 * mebibyte, sequence: 11 }],
  ['sde', { vendor: 'QEMU', model: 'QEMU HARDDISK', serial: '4C530001', whole: 'sde', blockSize: 512 }],
  ['sde2', { kind: 'partition', whole: 'sde', path: '/dev/sde2', size: 389120 * 512, removable: true }],
  ['sdd', { kind: 'disk', bus: 'usb', removable: true, serial: 'FIXED1' }],
  ['mmcblk0', { kind: 'disk', bus: 'mmc', removable: true, model: 'QEMU!', serial: '0xdeadbeef' }],
  ['mmcblk0p1', { kind: 'partition', whole: 'mmcblk0' }],
  ['nvme0n1', { kind: 'disk', bus: 'nvme', removable: false, model: 'QEMU NVMe Ctrl', serial: 'NVME0001' }],
  ['nvme0n1p2', { kind: 'partition', whole: 'nvme0n1', holders: ['dm-0'] }],
  ['dm-0', { kind: 'mapped', label: 'secret', mapper: 'CRYPT', holders: ['dm-1', 'dm-2'] }],
  ['dm-1', { kind: 'mapped', label: 'box-root', mapper: 'LVM', number: '253:1' }],
  [
    'sdb',
    { kind: 'disk', bus: 'sata', removable: false, vendor: undefined, model: 'SPINNER', holders: ['md0'] },
  ],
  ['md0', { kind: 'raid' }],
  ['sda', { kind: 'disk', bus: 'scsi', removable: false, serial: 'SCSI1' }],
  ['sr0', { kind: 'optical', readonly: true, removable: true, blockSize: 2048 }],
  ['vda', { kind: 'disk', bus: 'virtio', removable: false, vendor: undefined, model: undefined }],
  ['vdb', { readonly: true }],
  ['zram0', { kind: 'memory' }],
  ['loop0', { kind: 'loop', label: '/run/fx/loopfile', parted: false, size: 8 * mebibyte }],
])('%s is what it is', (name, facts) => {
  expect(named(name)).toMatchObject(facts);
});

test('eMMC is built in, and what the kernel hides or has taken away meanwhile is not there', () => {
  const sde = 'devices/pci0000:00/0000:00:07.0/usb2/2-1/2-1:1.0/host13/target13:0:0/13:0:0:0/block/sde';
  const mmc = 'devices/pci0000:00/0000:00:09.0/mmc_host/mmc0/mmc0:4567/block/mmcblk0';
  writeSysfs(room('sys'), blockFixture('guest.sysfs'));
  writeSysfs(room('sys'), `${mmc}/device/type = MMC\ndevices/virtual/block/md0/hidden = 1`);
  rmSync(room('sys', sde), { recursive: true });
  expect(named('mmcblk0', room('sys'))).toMatchObject({ removable: false });
  expect(named('md0', room('sys'))).toBeUndefined();
  expect(named('sde', room('sys'))).toBeUndefined();
});
