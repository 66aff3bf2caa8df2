import { option } from '../option.ts';
import type { IdePlace } from './ide.ts';

/** The CD drive with an ISO in it, booted after all disks. */
export function cdrom(file: string, place?: IdePlace): string[] {
  return ['-blockdev', medium('cdrom', file), '-device', drive('cdrom', 100, { ...place })];
}

/** CD drive number `index`, from 1 on, beside the machine's own: on a controller that it has for itself. */
export function moreCdrom(file: string, index: number): string[] {
  const id = `cdrom${index}`;
  const controller = `${id}-controller`;
  return [
    '-blockdev',
    medium(id, file),
    '-device',
    option('ich9-ahci', { id: controller }),
    '-device',
    drive(id, 100 + index, { bus: `${controller}.0` }),
  ];
}

const medium = (node: string, file: string): string =>
  option('', {
    driver: 'raw',
    'node-name': node,
    'read-only': true,
    'file.driver': 'file',
    'file.filename': file,
  });

const drive = (node: string, bootindex: number, place: Partial<IdePlace>): string =>
  option('ide-cd', { drive: node, id: `${node}-device`, bootindex, ...place });
