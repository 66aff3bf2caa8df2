import { VivariumError } from '../../base/errors.ts';
import { alignedBytes } from '../../host/aligned-bytes.ts';
import type { ClaimedDevice } from '../../host/block/claimed.ts';
import type { BlockDevice } from '../../host/block/devices.ts';
import type { DeployImage } from './image.ts';
import { piece, type Told } from './write-image.ts';

/**
 * Reads back what a device holds.
 * @throws `device-differs` with the first byte that does, `device-failed`, `image-changed`, whatever `told` does
 */
export async function compareImage(
  image: DeployImage,
  device: ClaimedDevice,
  { path, blockSize }: Pick<BlockDevice, 'path' | 'blockSize'>,
  told: Told,
): Promise<void> {
  const theirs = alignedBytes(piece);
  const ours = Buffer.alloc(piece);
  for (let offset = 0; offset < image.size; offset += piece) {
    told(offset);
    const length = Math.min(piece, image.size - offset);
    await Promise.all([
      device.read(theirs.subarray(0, Math.ceil(length / blockSize) * blockSize), offset),
      image.read(ours.subarray(0, length), offset, path),
    ]);
    const at = firstDifference(ours.subarray(0, length), theirs.subarray(0, length));
    if (at === undefined) continue;
    await image.check(path);
    throw new VivariumError('device-differs', { device: path, image: image.file, offset: offset + at });
  }
  await image.check(path);
}

function firstDifference(a: Buffer, b: Uint8Array): number | undefined {
  return a.compare(b) === 0 ? undefined : a.findIndex((byte, at) => byte !== b[at]);
}
