import type { Stats } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { ByteName } from './byte-name.ts';
import type { HardLinks } from './hard-links.ts';
import type { Found, OldScan } from './scan.ts';

/** What a tree was when it was packed, so that it can be told what has changed since. */
export interface TreeIndex extends OldScan {
  /** Whether something is surely as it was, with the content that it had. */
  same(number: number, stats: Stats, links: number): boolean;
  mode(number: number): number;
  links(number: number): number;
  owner(number: number): { uid: number; gid: number };
  mtimeMs(number: number): number;
}

/** The numbers that are kept of everything. */
const fields = ['mode', 'size', 'uid', 'gid', 'mtimeMs', 'ctimeMs', 'ino', 'dev', 'links', 'end'] as const;
const width = fields.length;
const at = Object.fromEntries(fields.map((field, index) => [field, index])) as Record<
  (typeof fields)[number],
  number
>;

/**
 * A file system keeps times in ticks: what was written to in the same tick as it was looked at does not show.
 * Milliseconds of the coarsest tick of those whose times have fractions, and of the others (FAT has two seconds).
 */
const tick = 50;
const coarseTick = 2100;

/**
 * What is kept of a tree.
 * @param scanned the milliseconds since 1970 at which the scan began
 */
export function encodeIndex(found: readonly Found[], links: HardLinks, scanned: number): Buffer {
  const numbers = new Float64Array(found.length * width);
  found.forEach((one, number) => {
    const { stats } = one;
    const own = number * width;
    numbers[own + at.mode] = stats.mode;
    numbers[own + at.size] = stats.size;
    numbers[own + at.uid] = stats.uid;
    numbers[own + at.gid] = stats.gid;
    numbers[own + at.mtimeMs] = stats.mtimeMs;
    numbers[own + at.ctimeMs] = isFresh(stats, scanned) ? Number.NaN : stats.ctimeMs; // which equals nothing
    numbers[own + at.ino] = stats.ino;
    numbers[own + at.dev] = stats.dev;
    numbers[own + at.links] = links.countOf(one);
    numbers[own + at.end] = one.end;
  });
  const names = found.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).join('\0');
  const body = Buffer.concat([new Uint8Array(numbers.buffer), Buffer.from(names, 'latin1')]);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(found.length);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

function isFresh({ ctimeMs }: Stats, scanned: number): boolean {
  return ctimeMs > scanned - (ctimeMs % 1000 === 0 ? coarseTick : tick);
}

/** @returns undefined where it is not what was encoded */
export function decodeIndex(bytes: Buffer): TreeIndex | undefined {
  if (bytes.length < 8) return undefined;
  const count = bytes.readUInt32LE();
  const body = bytes.subarray(8);
  const length = count * width * 8;
  if (body.length < length || crc32(body) !== bytes.readUInt32LE(4)) return undefined;
  const copy = Uint8Array.from(body.subarray(0, length)); // aligned
  const numbers = new Float64Array(copy.buffer);
  const names: ByteName[] = body.toString('latin1', length).split('\0');
  const value = (number: number, field: (typeof fields)[number]) =>
    numbers[number * width + at[field]] as number;
  const sameInode = (number: number, stats: Stats) => {
    const own = number * width;
    return (
      numbers[own + at.ctimeMs] === stats.ctimeMs &&
      numbers[own + at.ino] === stats.ino &&
      numbers[own + at.mtimeMs] === stats.mtimeMs &&
      numbers[own + at.mode] === stats.mode &&
      numbers[own + at.dev] === stats.dev
    );
  };
  return {
    names,
    end: (number) => value(number, 'end'),
    sameNames: sameInode,
    same: (number, stats, links) =>
      sameInode(number, stats) &&
      value(number, 'size') === stats.size &&
      value(number, 'uid') === stats.uid &&
      value(number, 'gid') === stats.gid &&
      value(number, 'links') === links,
    mode: (number) => value(number, 'mode'),
    links: (number) => value(number, 'links'),
    owner: (number) => ({ uid: value(number, 'uid'), gid: value(number, 'gid') }),
    mtimeMs: (number) => value(number, 'mtimeMs'),
  };
}
