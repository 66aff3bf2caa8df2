import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../base/errors.ts';
import { type Mount, readAllMounts, withoutOctal } from '../mounts.ts';
import type { BlockDevice } from './devices.ts';
import { type Opener, readOpeners } from './openers.ts';

/** What keeps a disk from being anybody else's. */
export type Use =
  /** `at` in our own mount namespace, or in that of a process `seenBy`. */
  | { by: 'mount'; device: BlockDevice; at: string; seenBy?: number | undefined }
  | { by: 'swap'; device: BlockDevice }
  | { by: 'holder'; device: BlockDevice; holder: BlockDevice }
  /** One of several devices of a mounted btrfs. */
  | { by: 'btrfs'; device: BlockDevice }
  | { by: 'loop'; device: BlockDevice; holder: BlockDevice }
  | { by: 'opener'; device: BlockDevice; opener: Opener };

/** All that the kernel tells about who uses which device, at one moment. */
export interface Usage {
  mounts: Mount[];
  /** The files and devices of `/proc/swaps`. */
  swaps: string[];
  /** Names of the devices of mounted btrfs. */
  btrfs: string[];
  /** Programs that have a device open for writing. */
  openers: Opener[];
}

/** Where to read: other trees than `/sys` and `/proc` in tests. */
export function readUsage(sys = '/sys', proc = '/proc'): Usage {
  return {
    mounts: readAllMounts(proc),
    swaps: readSwaps(proc),
    btrfs: entriesOf(join(sys, 'fs/btrfs')).flatMap((id) => entriesOf(join(sys, 'fs/btrfs', id, 'devices'))),
    openers: readOpeners(proc),
  };
}

/** Who uses a disk: itself, its partitions, or what is built on any of them. */
export function usesOf(disk: BlockDevice, devices: readonly BlockDevice[], usage: Usage): Use[] {
  return stackOf(disk, devices).flatMap((device) => {
    const mounts = usage.mounts
      .filter((mount) => isOn(mount, device))
      .map(({ at, seenBy }): Use => ({ by: 'mount', device, at, seenBy }));
    const members: Use[] =
      usage.btrfs.includes(device.name) && mounts.length === 0 ? [{ by: 'btrfs', device }] : [];
    const swaps = usage.swaps
      .filter((swap) => isNamed(device, swap))
      .map((): Use => ({ by: 'swap', device }));
    const held = devices
      .filter(({ name }) => device.holders.includes(name))
      .map((holder): Use => ({ by: 'holder', device, holder }));
    const loops = devices
      .filter(({ kind, label }) => kind === 'loop' && label !== undefined && isNamed(device, label))
      .map((holder): Use => ({ by: 'loop', device, holder }));
    const openers = usage.openers
      .filter(({ path }) => isNamed(device, path))
      .map((opener): Use => ({ by: 'opener', device, opener }));
    return [...mounts, ...members, ...swaps, ...held, ...loops, ...openers];
  });
}

/** A disk, its partitions, and whatever is built on one of these, as far up as it goes. */
export function stackOf(disk: BlockDevice, devices: readonly BlockDevice[]): BlockDevice[] {
  const stack = new Set([disk]);
  for (const below of stack) {
    for (const device of devices)
      if (device.whole === below.name || below.holders.includes(device.name)) stack.add(device);
  }
  return [...stack];
}

/** By its number; of a file system over several devices, which has a number of its own, by its source. */
const isOn = (mount: Mount, device: BlockDevice): boolean =>
  mount.number === device.number || mount.source.split(':').some((source) => isNamed(device, source));

const isNamed = (device: BlockDevice, path: string): boolean =>
  path === device.path || (device.kind === 'mapped' && path === `/dev/mapper/${device.label}`);

function readSwaps(proc: string): string[] {
  const lines = readFileSync(join(proc, 'swaps'), 'latin1').trim().split('\n').slice(1);
  return lines.map((line) => withoutOctal(line.split(/\s+/)[0] ?? ''));
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
