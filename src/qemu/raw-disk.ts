import type { FileBytes } from '../host/file-bytes.ts';
import { cutOff, type Verdict } from './verdict.ts';

const sector = 512;

/**
 * Whether a raw disk is as long as its partition table says. GPT: UEFI specification, 5.3.2, where the place of the
 * second header is the last sector. MBR: 5.2.1, four entries of 16 bytes from 446 on.
 */
export function judgeRaw(file: FileBytes): Verdict | undefined {
  const head = file.at(0, 2 * sector);
  const wanted = gptLength(head) ?? mbrLength(head);
  return wanted !== undefined && wanted > file.size ? cutOff(wanted, file.size) : undefined;
}

function gptLength(head: Buffer): number | undefined {
  if (head.length < 2 * sector || head.toString('latin1', sector, sector + 8) !== 'EFI PART')
    return undefined;
  return (Number(head.readBigUInt64LE(sector + 32)) + 1) * sector;
}

/** A boot sector of a file system has code where the entries would be: they count where each begins as one does. */
function mbrLength(head: Buffer): number | undefined {
  if (head.length < sector || head.readUInt16LE(510) !== 0xaa55) return undefined;
  const entries = [446, 462, 478, 494].map((at) => head.subarray(at, at + 16));
  if (entries.some((entry) => entry[0] !== 0 && entry[0] !== 0x80)) return undefined;
  const ends = entries
    .filter((entry) => entry[4] !== 0 && entry[4] !== 0xee) // unused; the mark of a GPT
    .map((entry) => (entry.readUInt32LE(8) + entry.readUInt32LE(12)) * sector);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}
