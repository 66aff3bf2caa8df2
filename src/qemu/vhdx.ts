import type { FileBytes } from '../host/file-bytes.ts';
import { cutOff, unreadable, unsafe, type Verdict } from './verdict.ts';

/** The first of the two region tables, which lead to the metadata, little-endian. Source: [MS-VHDX] 2.2.3. */
const regionTable = 192 * 2 ** 10;
const tableLength = 64 * 2 ** 10;
const metadataRegion = '06a27c8b90479a4bb8fe575f050f886e';

/** The metadata item whose flags tell of a parent. Source: [MS-VHDX] 2.6.2.1. */
const fileParameters = '3767a1ca36fa434db3b633f0aa44e76b';
const hasParent = 2;

export function judgeVhdx(file: FileBytes): Verdict | undefined {
  const regions = file.at(regionTable, tableLength);
  if (regions.length < tableLength) return cutOff(regionTable + tableLength, file.size);
  const region = entries(regions, 'regi', 8, 16).find(({ id }) => id === metadataRegion);
  if (!region) return unreadable('it is a VHDX without metadata');
  const place = Number(region.entry.readBigUInt64LE(16));
  const metadata = file.at(place, tableLength);
  const item = entries(metadata, 'metadata', 10, 32).find(({ id }) => id === fileParameters);
  if (!item) return unreadable('it is a VHDX without parameters');
  const parameters = file.at(place + item.entry.readUInt32LE(16), 8);
  if (parameters.length < 8) return unreadable('it is a VHDX without parameters');
  return (parameters.readUInt32LE(4) & hasParent) !== 0
    ? unsafe('it is a differencing VHDX, whose parent is another file')
    : undefined;
}

/** The entries of 32 bytes of a table, each behind the GUID that says what it is of. */
function entries(
  table: Buffer,
  signature: string,
  countAt: number,
  begin: number,
): { id: string; entry: Buffer }[] {
  if (table.length < tableLength || table.toString('latin1', 0, signature.length) !== signature) return [];
  const count = Math.min(table.readUInt16LE(countAt), 2047); // the most that either may have
  return Array.from({ length: count }, (_, index) => {
    const entry = table.subarray(begin + index * 32, begin + (index + 1) * 32);
    return { id: entry.toString('hex', 0, 16), entry };
  }).filter(({ entry }) => entry.length === 32);
}
