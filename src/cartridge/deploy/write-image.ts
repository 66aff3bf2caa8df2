import { alignedBytes } from '../../host/aligned-bytes.ts';
import type { ClaimedDevice } from '../../host/block/claimed.ts';
import type { BlockDevice } from '../../host/block/devices.ts';
import type { DeployImage } from './image.ts';

const mebibyte = 2 ** 20;

/**
 * What is written last, bytes from the beginning: as long as it is empty, nothing takes the device for anything. The
 * marks of partition tables and file systems lie in it (libblkid of util-linux).
 */
const head = mebibyte;

/** At the end of a disk lie the copy of a GPT, and the marks of RAIDs: these are wiped as well. */
const tail = mebibyte;

/** Bytes that are written or read at once. */
export const piece = 4 * mebibyte;

/** What is called between two pieces: with the bytes done, and it throws where it is time to stop. */
export type Told = (bytes: number) => void;

/**
 * Writes an image to a device such that at no moment there is one that looks whole and is not: the beginning is
 * emptied at first and written at last.
 * @throws `device-failed`, `image-changed`, whatever `told` does
 */
export async function writeImage(
  image: DeployImage,
  device: ClaimedDevice,
  { path, size, blockSize }: Pick<BlockDevice, 'path' | 'size' | 'blockSize'>,
  told: Told,
): Promise<void> {
  const bytes = alignedBytes(piece);
  const blocks = (length: number) => Math.ceil(length / blockSize) * blockSize;
  const copy = async (from: number, to: number) => {
    for (let offset = from; offset < to; offset += piece) {
      told(offset);
      const length = Math.min(piece, to - offset);
      await image.read(bytes.subarray(0, length), offset, path);
      const filled = bytes.subarray(0, blocks(length));
      await device.write(filled.fill(0, length), offset);
    }
  };
  const zeroes = alignedBytes(head);
  const behind = Math.max(blocks(image.size), size - tail);
  await device.write(zeroes.subarray(0, Math.min(head, size)), 0);
  await device.write(zeroes.subarray(0, size - behind), behind);
  await device.flush();
  await copy(head, image.size);
  await device.flush();
  await copy(0, Math.min(head, image.size));
  await device.flush();
  await image.check(path);
}
