import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { checkUnclaimed } from '../../host/block/claimed.ts';
import { type Content, partsOf, readContent } from '../../host/block/content.ts';
import { type BlockDevice, readBlockDevices } from '../../host/block/devices.ts';
import { type Found, findDevice } from '../../host/block/find.ts';
import { readUsage } from '../../host/block/uses.ts';
import type { DeviceView } from '../../protocol/device-views.ts';
import type { DeployImage } from './image.ts';
import { judge } from './judge.ts';
import type { Verdict } from './verdict.ts';

/** The disks, optical drives and used loop devices of this host, told by the kernel: none of them is read, or woken. */
export function listDevices(): DeviceView[] {
  const devices = readBlockDevices();
  const usage = readUsage();
  return devices
    .filter(({ kind, size }) => kind === 'disk' || kind === 'optical' || (kind === 'loop' && size > 0))
    .map((device) => ({
      ...viewOf(device, { parts: partsOf(device, devices).map(({ name, size }) => ({ name, size })) }),
      unfit: judge(device, devices, usage, { force: false, access: accessTo(device.path) }),
    }));
}

/** A device that the image may be written to. */
export interface Chosen extends Found {
  view: DeviceView;
}

/**
 * Looks at the device that somebody has typed.
 * @throws `device-unfit`, `device-busy`, `file-missing`
 */
export async function chooseDevice(
  scope: Scope,
  typed: string,
  { image, force }: { image: DeployImage; force: boolean },
): Promise<Chosen> {
  const devices = readBlockDevices();
  const found = findDevice(typed, devices);
  const { device, path, via } = found;
  const verdict = judge(device, devices, readUsage(), { force, image, access: accessTo(path) });
  if (verdict) throw refusal(path, verdict);
  await checkUnclaimed(path);
  const view = viewOf(device, await readContent(scope, device, devices));
  return { ...found, view: { ...view, path, ...(via && { via }) } };
}

const busy: Verdict['reason'][] = ['system', 'holds-image', 'mounted', 'swap', 'held', 'open'];

export function refusal(device: string, verdict: Verdict): VivariumError {
  return new VivariumError(busy.includes(verdict.reason) ? 'device-busy' : 'device-unfit', {
    device,
    ...verdict,
  });
}

function viewOf(device: BlockDevice, content: Content): DeviceView {
  const { name, path, size, bus, vendor, model, serial, removable, kind, label } = device;
  const file = kind === 'loop' ? label : undefined;
  return {
    name,
    path,
    size,
    bus,
    vendor,
    model,
    serial,
    file,
    removable,
    ...content,
    identity: identityOf(device),
  };
}

/** The same as long as the same medium is in the same device. */
export function identityOf({ name, number, size, vendor, model, serial, sequence }: BlockDevice): string {
  const facts = JSON.stringify([name, number, size, vendor, model, serial, sequence]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 16);
}

function accessTo(path: string): { writable: boolean; group: string } {
  const stats = statSync(path, { throwIfNoEntry: false });
  const groups = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const group = groups.find(([, , id]) => id === String(stats?.gid))?.[0] ?? String(stats?.gid);
  return { writable: isWritable(path), group };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    if (errnoOf(error)) return false;
    throw error;
  }
}
