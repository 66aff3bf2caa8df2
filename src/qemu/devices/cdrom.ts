import { option } from '../option.ts';

/** CD drive number `index` with an ISO in it, booted after all disks. */
export function cdrom(file: string, index = 0): string[] {
  const drive = index === 0 ? 'cdrom' : `cdrom${index}`;
  const blockdev = option('', {
    driver: 'raw',
    'node-name': drive,
    'read-only': true,
    'file.driver': 'file',
    'file.filename': file,
  });
  return [
    '-blockdev',
    blockdev,
    '-device',
    option('ide-cd', { drive, id: `${drive}-device`, bootindex: 100 + index }),
  ];
}
