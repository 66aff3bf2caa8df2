import { roundSize } from '../../base/sizes.ts';
import type { BlockDevice } from '../../host/block/devices.ts';
import { stackOf, type Usage, usesOf } from '../../host/block/uses.ts';
import { judgeSystem, judgeUses } from './judge-uses.ts';
import { seeOthers, type Verdict } from './verdict.ts';

export interface Request {
  force: boolean;
  /** What is to be written: its true path, its size in bytes, the number of the device that its file system is on. */
  image?: { file: string; path: string; size: number; number: string } | undefined;
  /** Whether this user may write to the device, and whose it is beside root. */
  access?: { writable: boolean; group: string } | undefined;
}

/**
 * Says why a device cannot be written to. What nobody can change comes before what `--force` can, so that nobody is
 * led to that in vain.
 * @returns undefined where it can
 */
export function judge(
  device: BlockDevice,
  devices: readonly BlockDevice[],
  usage: Usage,
  request: Request,
): Verdict | undefined {
  const uses = usesOf(device, devices, usage);
  return (
    judgeKind(device) ??
    judgeSystem(uses) ??
    judgeImagePlace(device, devices, request) ??
    judgeUses(uses) ??
    judgeRoom(device, request) ??
    judgeChoice(device, request) ??
    judgeAccess(device, request)
  );
}

function judgeKind({ kind, whole, size, readonly, path, label }: BlockDevice): Verdict | undefined {
  if (kind === 'partition') {
    const next = `An image takes a whole device: vm deploy ISO /dev/${whole}`;
    return { reason: 'partition', problem: `is a partition of /dev/${whole}`, next };
  }
  if (kind === 'optical') {
    const next = `Burn it: xorriso -as cdrecord -v dev=${path} FILE.iso`;
    return { reason: 'optical', problem: 'is an optical drive', next };
  }
  if (kind === 'mapped' || kind === 'raid' || kind === 'memory') {
    const what = { mapped: `the mapping ${label}`, raid: 'a RAID', memory: 'memory' }[kind];
    return { reason: 'virtual', problem: `is ${what} and no disk of its own`, next: seeOthers };
  }
  if (size === 0)
    return { reason: 'no-medium', problem: 'has no medium in it', next: 'Put one in, then: vm deploy' };
  if (!readonly) return undefined;
  const next = 'Look for the lock at the side of an SD card or of its adapter.';
  return { reason: 'readonly', problem: 'is read-only', next };
}

function judgeImagePlace(
  device: BlockDevice,
  devices: readonly BlockDevice[],
  { image }: Request,
): Verdict | undefined {
  if (!image) return undefined;
  const problem = `is where ${image.file} lies`;
  const shown = device.kind === 'loop' && device.label === image.path;
  const beneath = stackOf(device, devices).some(({ number }) => number === image.number);
  return shown || beneath ? { reason: 'holds-image', problem, next: seeOthers } : undefined;
}

function judgeRoom({ size }: BlockDevice, { image }: Request): Verdict | undefined {
  if (!image || image.size <= size) return undefined;
  const sizes = `${image.size} bytes (${roundSize(image.size)}), and it has ${size} (${roundSize(size)})`;
  return { reason: 'too-small', problem: `is too small: ${image.file} takes ${sizes}`, next: seeOthers };
}

function judgeChoice({ kind, removable }: BlockDevice, { force }: Request): Verdict | undefined {
  if (force || (kind !== 'loop' && removable)) return undefined;
  const next = 'If it is the right one, say so: --force';
  return kind === 'loop'
    ? { reason: 'loop', problem: 'is a loop device', next }
    : { reason: 'fixed', problem: 'is built in, not removable', next };
}

function judgeAccess({ path }: BlockDevice, { access }: Request): Verdict | undefined {
  if (!access || access.writable) return undefined;
  const problem = `may be written to only by root and the group ${access.group}`;
  return { reason: 'not-permitted', problem, next: `As root: sudo vm deploy ISO ${path}` };
}
