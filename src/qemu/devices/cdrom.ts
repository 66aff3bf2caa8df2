import { option } from '../option.ts';

/** A CD drive with an ISO in it, booted after all disks. */
export function cdrom(file: string): string[] {
  const blockdev = option('', {
    driver: 'raw',
    'node-name': 'cdrom',
    'read-only': true,
    'file.driver': 'file',
    'file.filename': file,
  });
  return [
    '-blockdev',
    blockdev,
    '-device',
    option('ide-cd', { drive: 'cdrom', id: 'cdrom-device', bootindex: 100 }),
  ];
}
