import type { FileBytes } from '../host/file-bytes.ts';
import { cutOff, type Verdict } from './verdict.ts';

/** The primary volume descriptor of a CD: ECMA-119, 8.4. Numbers stand there in both orders of bytes. */
const descriptor = 0x8000;
const descriptorLength = 2048;
const offsets = { blocks: 80, blockSize: 128 };

export function judgeIso(file: FileBytes): Verdict | undefined {
  const bytes = file.at(descriptor, descriptorLength);
  if (bytes.length < descriptorLength) return cutOff(descriptor + descriptorLength, file.size);
  const end = bytes.readUInt32LE(offsets.blocks) * bytes.readUInt16LE(offsets.blockSize);
  return end > file.size ? cutOff(end, file.size) : undefined;
}
