import { realpathSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import { deviceNumber } from '../../host/block/find.ts';
import { look } from '../../image/look.ts';

/** An image that is to be written, open until it is disposed of: who renames another over it changes nothing. */
export interface DeployImage extends AsyncDisposable {
  /** As it was named. */
  file: string;
  /** Without links. */
  path: string;
  size: number;
  /** The device that its file system is on: `8:1`. */
  number: string;
  /** Whether a PC's firmware finds a boot sector or partition table where it looks on a disk. */
  bootsFromDisk: boolean;
  /** Fills `bytes` from `offset` on. @throws `image-changed` where there are no more so many */
  read(bytes: Uint8Array, offset: number, device: string): Promise<void>;
  /** @throws `image-changed` where it was written to since it was opened */
  check(device: string): Promise<void>;
}

/** @throws `file-missing`, `not-an-image`, `image-unreadable` */
export async function openImage(file: string): Promise<DeployImage> {
  checkWritable(file);
  const handle = await open(file);
  const { size, dev, mtimeMs } = await handle.stat();
  const changed = (device: string) => new VivariumError('image-changed', { file, device });
  return {
    file,
    path: realpathSync(file),
    size,
    number: deviceNumber(dev),
    bootsFromDisk: await hasBootSector(handle),
    read: async (bytes, offset, device) => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
        if (bytesRead === 0) throw changed(device);
        done += bytesRead;
      }
    },
    check: async (device) => {
      const now = await handle.stat();
      if (now.size !== size || now.mtimeMs !== mtimeMs) throw changed(device);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Only what a disk holds byte for byte can be written to one. */
function checkWritable(file: string): void {
  const found = look(file, file);
  const name = basename(file);
  if (found.is === 'wrapped') {
    const problem = `it is packed (${found.in}): unpack it first`;
    throw new VivariumError('image-unreadable', { file, problem });
  }
  if (found.is === 'iso' || found.format === 'raw') return;
  const problem = `it is ${found.format}, which no computer boots from: qemu-img convert -O raw ${name} ${name}.raw`;
  throw new VivariumError('image-unreadable', { file, problem });
}

async function hasBootSector(handle: FileHandle): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 510);
  return buffer.readUInt16LE(0) === 0xaa55;
}
