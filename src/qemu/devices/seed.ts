import { option } from '../option.ts';

/**
 * The CD from which a guest learns at its first boot what it is to be (NoCloud). Not in a CD drive, for which the
 * kernels of cloud images have no driver, but as a read-only virtio disk.
 */
export function seedDisk(file: string): string[] {
  const blockdev = option('', {
    driver: 'raw',
    'node-name': 'seed',
    'read-only': true,
    'file.driver': 'file',
    'file.filename': file,
  });
  return ['-blockdev', blockdev, '-device', option('virtio-blk-pci', { drive: 'seed', id: 'seed-device' })];
}
