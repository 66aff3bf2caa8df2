import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { VivariumError } from '../../base/errors.ts';
import type { BlockDevice } from './devices.ts';

export interface Found {
  device: BlockDevice;
  /** Its node, which need not have its name. */
  path: string;
  /** What was asked for, where it is a link to the device. */
  via?: string | undefined;
}

/** `8:17` of what stat(2) gives (makedev(3) of Linux). */
export function deviceNumber(packed: number): string {
  const bits = BigInt(packed);
  const major = ((bits >> 8n) & 0xfffn) | ((bits >> 32n) & 0xfffff000n);
  const minor = (bits & 0xffn) | ((bits >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/**
 * The device that is meant by a path, by a link to it, or by its name alone.
 * @throws `file-missing`; `device-unfit` where it is something else
 */
export function findDevice(typed: string, devices: readonly BlockDevice[]): Found {
  const path = typed.includes('/') || existsSync(typed) ? typed : `/dev/${typed}`;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new VivariumError('file-missing', { file: path, what: 'The device' });
  if (!stats.isBlockDevice()) throw notADevice(typed, `is ${kindOf(stats)} and no block device`);
  const number = deviceNumber(stats.rdev);
  const device = devices.find((one) => one.number === number);
  if (!device) throw notADevice(typed, `is a block device (${number}) that the kernel has no disk for`);
  const real = realpathSync(path);
  return { device, path: real, via: real === path ? undefined : path };
}

function notADevice(device: string, problem: string): VivariumError {
  const next = 'See the devices there are: vm deploy';
  return new VivariumError('device-unfit', { device, reason: 'not-a-device', problem, next });
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isCharacterDevice()) return 'a character device';
  return stats.isFile() ? 'a file' : 'a pipe or socket';
}
