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
 * Whether an ELF image can be started through PVH: it has a note of Xen's that says where to enter it in 32-bit mode.
 * Sources: elf(5); XEN_ELFNOTE_PHYS32_ENTRY of xen/include/public/elfnote.h.
 */
export function hasPvh(elf: Buffer): boolean {
  const wide = elf[4] === 2;
  const [tableAt, sizeAt] = wide ? [0x20, 0x36] : [0x1c, 0x2a];
  const word = (at: number): number =>
    at + 8 > elf.length ? 0 : wide ? Number(elf.readBigUInt64LE(at)) : elf.readUInt32LE(at);
  if (elf.length < 64) return false;
  const [table, entrySize, count] = [word(tableAt), elf.readUInt16LE(sizeAt), elf.readUInt16LE(sizeAt + 2)];
  for (let index = 0; index < count; index++) {
    const header = table + index * entrySize;
    if (header + entrySize > elf.length) return false;
    const notes = 4;
    if (elf.readUInt32LE(header) !== notes) continue;
    const start = word(header + (wide ? 8 : 4));
    if (hasPvhNote(elf.subarray(start, start + word(header + (wide ? 0x20 : 0x10))))) return true;
  }
  return false;
}

/** Each note: lengths of name and content, type, name, content, both filled up to a multiple of four. */
function hasPvhNote(notes: Buffer): boolean {
  const entryPoint = 18;
  for (let at = 0; at + 16 <= notes.length; ) {
    const [nameLength, length] = [notes.readUInt32LE(at), notes.readUInt32LE(at + 4)];
    if (notes.readUInt32LE(at + 8) === entryPoint && notes.toString('latin1', at + 12, at + 16) === 'Xen\0') {
      return true;
    }
    at += 12 + Math.ceil(nameLength / 4) * 4 + Math.ceil(length / 4) * 4;
  }
  return false;
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
