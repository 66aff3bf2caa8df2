import type { FileBytes } from '../host/file-bytes.ts';
import { cutOff, unreadable, unsafe, type Verdict } from './verdict.ts';

/** The header of a VDI, little-endian. Source: block/vdi.c of QEMU. */
const headerLength = 0x1c8;
const offsets = { type: 0x4c, data: 0x158, blockSize: 0x178, allocated: 0x184, link: 0x1a8, parent: 0x1b8 };
const uuidLength = 16;
const types = { dynamic: 1, static: 2 };

export function judgeVdi(file: FileBytes): Verdict | undefined {
  const header = file.at(0, headerLength);
  if (header.length < headerLength) return cutOff(headerLength, file.size);
  const isSet = (at: number) => header.subarray(at, at + uuidLength).some((byte) => byte !== 0);
  const type = header.readUInt32LE(offsets.type);
  if (isSet(offsets.link) || isSet(offsets.parent) || (type !== types.dynamic && type !== types.static))
    return unsafe('it is a differencing VDI, whose parent is another file');
  const blockSize = header.readUInt32LE(offsets.blockSize);
  if (blockSize !== 2 ** 20) return unreadable(`it is a VDI with blocks of ${blockSize} bytes, not of 1 MiB`);
  const end = header.readUInt32LE(offsets.data) + header.readUInt32LE(offsets.allocated) * blockSize;
  return end > file.size ? cutOff(end, file.size) : undefined;
}
