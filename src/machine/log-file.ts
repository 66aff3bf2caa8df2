import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';

/** A place in a machine's log: in which of its two files (by inode), and how many bytes into it. */
export interface LogPlace {
  inode: number;
  offset: number;
}

/** The end of the log as it is now. */
export function logEnd(machine: Machine): LogPlace {
  const now = statSync(fileOf(machine, 'logCurrent'), { throwIfNoEntry: false });
  return { inode: now?.ino ?? 0, offset: now?.size ?? 0 };
}

/**
 * The last `limit` bytes that are kept, and where they end: raw bytes of the console, with QEMU's own lines among
 * them.
 */
export function readLogTail(machine: Machine, limit: number): { bytes: Buffer; end: LogPlace } {
  for (;;) {
    const current = logEnd(machine);
    const start = Math.max(0, current.offset - limit);
    const before = readFrom(machine, 'logPrevious', -(limit - (current.offset - start)));
    const now = readFrom(machine, 'logCurrent', start, current.offset);
    // A rotation in between would have the older half twice, or not at all.
    if (logEnd(machine).inode === current.inode) return { bytes: Buffer.concat([before, now]), end: current };
  }
}

/** What was written after a place, `limit` bytes of it, and where they end. What was rotated away twice since is lost. */
export function readLogSince(
  machine: Machine,
  place: LogPlace,
  limit = Number.MAX_SAFE_INTEGER,
): { bytes: Buffer; end: LogPlace } {
  const current = statSync(fileOf(machine, 'logCurrent'), { throwIfNoEntry: false });
  if (isOf(current, place)) {
    const bytes = readFrom(machine, 'logCurrent', place.offset, place.offset + limit);
    return { bytes, end: { inode: place.inode, offset: place.offset + bytes.length } };
  }
  const previous = statSync(fileOf(machine, 'logPrevious'), { throwIfNoEntry: false });
  const rest = isOf(previous, place)
    ? readFrom(machine, 'logPrevious', place.offset, place.offset + limit)
    : Buffer.alloc(0);
  if (rest.length === limit)
    return { bytes: rest, end: { inode: place.inode, offset: place.offset + limit } };
  const fresh = readFrom(machine, 'logCurrent', 0, limit - rest.length);
  return { bytes: Buffer.concat([rest, fresh]), end: { inode: current?.ino ?? 0, offset: fresh.length } };
}

/** Whether a place lies in a file. The inode of one that is gone is soon another's, which begins anew. */
const isOf = (file: Stats | undefined, { inode, offset }: LogPlace): boolean =>
  file?.ino === inode && file.size >= offset;

/** @param from where to begin, counted from the end if negative   @param to where to end */
function readFrom(
  machine: Machine,
  which: 'logCurrent' | 'logPrevious',
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): Buffer {
  if (Object.is(from, -0)) return Buffer.alloc(0);
  let file: number;
  try {
    file = openSync(fileOf(machine, which), 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return Buffer.alloc(0);
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    const start = from < 0 ? Math.max(0, size + from) : from;
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(size, to) - start));
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start));
  } finally {
    closeSync(file);
  }
}
