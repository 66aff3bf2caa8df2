import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import { runitFiles } from './files.ts';

/** What runsv last wrote about its service. It may be dead since: see `supervisorAlive`. */
export interface ServiceStatus {
  state: 'down' | 'run' | 'finish';
  /** Of `run` or `finish`; 0 when down. */
  pid: number;
  want: 'up' | 'down';
  paused: boolean;
  gotTerm: boolean;
  /** Since when, in milliseconds of the Unix epoch. */
  since: number;
}

/** TAI is this many seconds ahead of the Unix epoch in runit's label (2^62 + 10, tai_now in runit's tai.h). */
const taiOffset = 2n ** 62n + 10n;

/**
 * Reads the 20 bytes of supervise/status: TAI64N label (12), pid (4, little endian), paused, want, got TERM,
 * state (update_status in runsv.c).
 */
export function parseStatus(bytes: Uint8Array): ServiceStatus | undefined {
  if (bytes.length !== 20) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    since: Number(view.getBigUint64(0) - taiOffset) * 1000 + view.getUint32(8) / 1e6,
    pid: view.getUint32(12, true),
    paused: bytes[16] === 1,
    want: bytes[17] === 'u'.charCodeAt(0) ? 'up' : 'down',
    gotTerm: bytes[18] === 1,
    state: bytes[19] === 1 ? 'run' : bytes[19] === 2 ? 'finish' : 'down',
  };
}

/** The status of the service in `directory`; undefined where runsv has never been there. */
export function readServiceStatus(directory: string): ServiceStatus | undefined {
  try {
    return parseStatus(readFileSync(join(directory, runitFiles.status)));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
