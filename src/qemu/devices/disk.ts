import { option } from '../option.ts';
import type { IdePlace } from './ide.ts';

export interface Disk {
  file: string;
  format: 'qcow2' | 'raw';
  interface: 'virtio' | 'scsi' | 'sata' | 'ide' | 'nvme';
  readonly: boolean;
}

/**
 * Disk number `index` of a machine, also its place in the order of booting, which a -kernel heads with 0.
 * @param place of an IDE disk
 */
export function disk(disk: Disk, index: number, place?: IdePlace): string[] {
  const node = `disk${index}`;
  const blockdev = option('', {
    driver: disk.format,
    'node-name': node,
    'read-only': disk.readonly,
    'file.driver': isDevice(disk.file) ? 'host_device' : 'file',
    'file.filename': disk.file,
    discard: 'unmap',
    'file.discard': 'unmap',
  });
  return ['-blockdev', blockdev, ...attached(disk.interface, node, index, place)];
}

/** QEMU's id of the device of disk number `index`. */
export const diskDevice = (index: number): string => `disk${index}-device`;

function attached(how: Disk['interface'], drive: string, index: number, place?: IdePlace): string[] {
  const common = { drive, id: `${drive}-device`, bootindex: index + 1 };
  switch (how) {
    case 'virtio':
      return ['-device', option('virtio-blk-pci', common)];
    case 'nvme':
      return ['-device', option('nvme', { ...common, serial: drive })];
    case 'scsi':
      return [
        '-device',
        option('virtio-scsi-pci', { id: `${drive}-controller` }),
        '-device',
        option('scsi-hd', { ...common, bus: `${drive}-controller.0` }),
      ];
    case 'sata':
      return [
        '-device',
        option('ich9-ahci', { id: `${drive}-controller` }),
        '-device',
        option('ide-hd', { ...common, bus: `${drive}-controller.0` }),
      ];
    case 'ide':
      return ['-device', option('ide-hd', { ...common, ...place })];
  }
}

/** QEMU's driver for files refuses devices of the host, and that for devices refuses files. */
function isDevice(file: string): boolean {
  return file.startsWith('/dev/') && !file.startsWith('/dev/shm/');
}
