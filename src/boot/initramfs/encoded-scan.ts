import { crc32 } from 'node:zlib';
import { at, type OldScan, type Scan, width } from './scan.ts';

/**
 * A file system keeps times in ticks: what was written to in the same tick as it was looked at does not show.
 * Milliseconds of the coarsest tick of those whose times have fractions, and of the others (FAT has two seconds).
 */
const tick = 50;
const coarseTick = 2100;

/**
 * A scan as bytes, by which it can be told later what has changed since.
 * @param began the milliseconds since 1970 at which the scan began: what was changed later, or just before, is kept
 * as changed
 */
export function encodeScan({ count, numbers, names }: Scan, began: number): Buffer {
  const kept = numbers.slice(0, count * width);
  for (let ctime = at.ctimeMs; ctime < kept.length; ctime += width) {
    const changed = kept[ctime] as number;
    if (changed > began - (changed % 1000 === 0 ? coarseTick : tick)) kept[ctime] = Number.NaN; // equals nothing
  }
  const body = Buffer.concat([new Uint8Array(kept.buffer), Buffer.from(names.join('\0'), 'latin1')]);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(count);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

/** @returns undefined where it is not what was encoded */
export function decodeScan(bytes: Buffer): OldScan | undefined {
  if (bytes.length < 8) return undefined;
  const count = bytes.readUInt32LE();
  const body = bytes.subarray(8);
  const length = count * width * 8;
  if (body.length < length || crc32(body) !== bytes.readUInt32LE(4)) return undefined;
  const aligned = Uint8Array.from(body.subarray(0, length));
  return {
    count,
    numbers: new Float64Array(aligned.buffer),
    names: body.toString('latin1', length).split('\0'),
  };
}
