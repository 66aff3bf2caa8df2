import type { FileBytes } from '../host/file-bytes.ts';
import { cutOff, unreadable, unsafe, type Verdict } from './verdict.ts';

/** The footer of a VHD, big-endian. Source: Microsoft, Virtual Hard Disk Image Format Specification 1.0. */
const footerLength = 512;
const cookie = 'conectix';
const offsets = { currentSize: 48, type: 60, checksum: 64 };
const types = { fixed: 2, dynamic: 3, differencing: 4 };

/** Whether these are the last bytes of a VHD that is a disk's bytes and a footer behind them. */
export function isFixedVpc(tail: Buffer, size: number): boolean {
  const footer = tail.subarray(-footerLength);
  return (
    isFooter(footer) &&
    footer.readUInt32BE(offsets.type) === types.fixed &&
    footer.readBigUInt64BE(offsets.currentSize) + BigInt(footerLength) === BigInt(size)
  );
}

/** A copy of the footer stands first in one that grows, and the last is written whenever it has grown. */
export function judgeVpc(file: FileBytes): Verdict | undefined {
  const last = file.at(file.size - footerLength, footerLength);
  const first = file.at(0, footerLength);
  for (const footer of [first, last].filter(isFooter)) {
    const type = footer.readUInt32BE(offsets.type);
    if (type === types.differencing) return unsafe('it is a differencing VHD, whose parent is another file');
    if (type !== types.fixed && type !== types.dynamic)
      return unreadable(`it is a VHD of unknown type ${type}`);
  }
  if (isFooter(last)) return undefined;
  return isFooter(first)
    ? unreadable('it is cut off: the footer at its end is missing')
    : cutOff(footerLength, file.size);
}

/** Whether the checksum is the complement of the sum of all other bytes. */
function isFooter(footer: Buffer): boolean {
  if (footer.length < footerLength || footer.toString('latin1', 0, 8) !== cookie) return false;
  const own = footer.subarray(offsets.checksum, offsets.checksum + 4);
  const sum = (bytes: Buffer) => bytes.reduce((total, byte) => total + byte, 0);
  return ~(sum(footer) - sum(own)) >>> 0 === footer.readUInt32BE(offsets.checksum);
}
