import { basename } from 'node:path';
import { isVivariumError, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { roundSize } from '../../base/sizes.ts';
import { type ClaimedDevice, claimDevice } from '../../host/block/claimed.ts';
import { type BlockDevice, readBlockDevices } from '../../host/block/devices.ts';
import { findDevice } from '../../host/block/find.ts';
import { readTableAgain } from '../../host/block/partition-table.ts';
import type { DevicePlan, DeviceReport } from '../../protocol/device-views.ts';
import { openCartridge } from '../cartridge.ts';
import { newestOutput } from '../output.ts';
import { compareImage } from './compare-image.ts';
import { type DeployImage, openImage } from './image.ts';
import { type Chosen, chooseDevice, identityOf, refusal } from './look.ts';
import { type Told, writeImage } from './write-image.ts';

export interface Deployment {
  /** The ISO or raw disk image; the newest of the cartridge of the working directory if not said. */
  image?: string | undefined;
  /** As typed: a path, a link or a name. */
  device: string;
  force: boolean;
}

/** Says what would be written and what would be lost. @throws what keeps it from being written */
export async function planDeployment(scope: Scope, deployment: Deployment): Promise<DevicePlan> {
  await using image = await openImageOf(deployment);
  const { view } = await chooseDevice(scope, deployment.device, { image, force: deployment.force });
  return { image: { file: image.file, size: image.size }, device: view };
}

/**
 * Writes an image to a device and reads it back.
 * @param confirmed the device's name once more, and its identity where it was looked at before
 */
export async function deploy(
  scope: Scope,
  deployment: Deployment,
  confirmed: { yes?: string | undefined; identity?: string | undefined },
): Promise<DeviceReport> {
  await using image = await openImageOf(deployment);
  const chosen = await chooseDevice(scope, deployment.device, { image, force: deployment.force });
  checkConfirmed(chosen, deployment, confirmed);
  warnOfBoot(scope, image, chosen);
  const took = await transfer(scope, image, chosen);
  const { device, path } = chosen;
  const tableRead = !device.parted || (await readTableAgain(scope, path));
  return { name: device.name, path, image: image.file, bytes: image.size, took, tableRead };
}

/** @throws `cartridge-not-found`, `output-missing`, and what `openImage` does */
async function openImageOf({ image, device }: Deployment): Promise<DeployImage> {
  if (image !== undefined) return await openImage(image);
  findDevice(device, readBlockDevices()); // whoever meant an ISO by their only word is told that it is no device
  return await openImage(newestOutput(openCartridge('.')));
}

function checkConfirmed(
  { device, path }: Chosen,
  { image, force }: Deployment,
  { yes, identity }: { yes?: string | undefined; identity?: string | undefined },
): void {
  const { name } = device;
  if (identity !== undefined && identity !== identityOf(device)) throw another(path);
  if (yes === name || yes === path) return;
  const words = ['vm deploy', image, path, '--yes', name, force && '--force'];
  const command = words.filter(Boolean).join(' ');
  throw new VivariumError('device-unconfirmed', { device: path, name, typed: yes, command });
}

function warnOfBoot(scope: Scope, { file, bootsFromDisk }: DeployImage, { device, path }: Chosen): void {
  const doubt = `a computer may not boot from ${path}`;
  if (!bootsFromDisk) scope.warn(`${file} has no boot sector for disks: ${doubt}.`);
  else if (device.blockSize !== 512)
    scope.warn(
      `${path} has blocks of ${device.blockSize} bytes, and partition tables are made for 512: ${doubt}.`,
    );
}

function another(path: string): VivariumError {
  const problem = 'is another device, or has another medium, than when it was looked at';
  return refusal(path, { reason: 'changed', problem, next: 'Look again: vm deploy' });
}

/** While the device is ours: writes, and compares. @returns milliseconds of each */
async function transfer(
  scope: Scope,
  image: DeployImage,
  { device, path }: Chosen,
): Promise<DeviceReport['took']> {
  const name = basename(image.file);
  let state = `Nothing was written to ${path}.`;
  const telling =
    (step: string, stateAt: (bytes: string) => string): Told =>
    (bytes) => {
      state = stateAt(`${roundSize(bytes)} of ${roundSize(image.size)}`);
      scope.check(() => ({ awaited: `${name} on ${path}`, lines: [], hint: state }));
      scope.step(step, { done: bytes, of: image.size });
    };
  try {
    await using claimed = await claimDevice(path, () => state);
    checkSame(claimed, device, path);
    const place = { ...device, path };
    const began = performance.now();
    const writing = telling(
      `Writing ${name} to ${path}`,
      (part) =>
        `${path} holds a part of ${name} (${part}), which does not boot, and no longer what it held before.`,
    );
    await writeImage(image, claimed, place, writing);
    const written = performance.now();
    const comparing = telling(
      `Reading ${name} back from ${path}`,
      (part) => `${path} holds all of ${name}, and only ${part} were compared.`,
    );
    await compareImage(image, claimed, place, comparing);
    return {
      writing: Math.round(written - began),
      comparing: Math.round(performance.now() - written),
    };
  } catch (error) {
    if (!isVivariumError(error, 'interrupted')) throw error;
    throw new VivariumError('deploy-interrupted', { device: path, state }, { cause: error });
  }
}

/** What is claimed stays what it is; before, another may have come in its place. */
function checkSame(claimed: ClaimedDevice, device: BlockDevice, path: string): void {
  const now = readBlockDevices().find(({ number }) => number === claimed.number);
  if (!now || identityOf(now) !== identityOf(device)) throw another(path);
}
