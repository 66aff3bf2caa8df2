import { readFile } from 'node:fs/promises';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type Packing, packingOf, unpack } from './packing.ts';

/** The kernel inside a bzImage, as it is packed there. */
export interface Payload {
  packing: Packing;
  bytes: Buffer;
  /** Bytes of the kernel once it is unpacked. */
  size: number;
}

/**
 * The ELF `vmlinux` of an x86 kernel, which QEMU starts through PVH without the guest having to unpack it.
 * @param file a bzImage, or an ELF file, which is returned as it is
 * @throws `file-missing`, `kernel-unreadable`, or `tool-missing` for the tool that unpacks it
 */
export async function readVmlinux(scope: Scope, file: string): Promise<Buffer> {
  const image = await readKernel(file);
  if (packingOf(image) === 'none') return image;
  const { packing, bytes, size } = payloadOf(image, file);
  const kernel = await unpack(scope, packing, bytes, file);
  if (kernel.length !== size) {
    throw unreadable(file, `it unpacks to ${kernel.length} bytes, not to ${size} as it says`);
  }
  if (packingOf(kernel) !== 'none')
    throw unreadable(file, `what it holds, packed by ${packing}, is no ELF file`);
  return kernel;
}

/**
 * Finds the packed kernel in a bzImage. Offsets are bytes, numbers little-endian; their source is "The
 * Real-Mode Kernel Header" in Documentation/arch/x86/boot.rst of the Linux kernel.
 * @param file named in errors
 * @throws `kernel-unreadable`
 */
function payloadOf(image: Buffer, file: string): Payload {
  if (image.length < 0x250 || image.toString('latin1', 0x202, 0x206) !== 'HdrS') {
    throw unreadable(file, 'it has no boot header');
  }
  const version = image.readUInt16LE(0x206);
  if (version < 0x0208) {
    throw unreadable(file, `its boot protocol is ${version >> 8}.${version & 0xff}, older than 2.8`);
  }
  const setupSectors = image.readUInt8(0x1f1) || 4;
  const start = (setupSectors + 1) * 512 + image.readUInt32LE(0x248);
  const length = image.readUInt32LE(0x24c);
  if (length <= 8 || start + length > image.length) {
    throw unreadable(file, `its kernel ends at byte ${start + length}, the file at byte ${image.length}`);
  }
  const bytes = image.subarray(start, start + length);
  const packing = packingOf(bytes);
  if (!packing)
    throw unreadable(file, `its kernel is packed in an unknown way, ${bytes.toString('hex', 0, 4)}`);
  // The size comes last. gzip puts it there as part of its format; for all others the kernel's makefiles do.
  const packed = packing === 'gzip' ? bytes : bytes.subarray(0, -4);
  return { packing, bytes: packed, size: bytes.readUInt32LE(length - 4) };
}

async function readKernel(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file, what: 'The kernel' }, { cause: error });
  }
}

function unreadable(file: string, problem: string): VivariumError<'kernel-unreadable'> {
  return new VivariumError('kernel-unreadable', { file, problem });
}
