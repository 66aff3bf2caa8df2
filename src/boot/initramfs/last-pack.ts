import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../base/errors.ts';
import { writeFileAtomic } from '../../host/atomic-file.ts';
import { openBytes } from '../../host/file-bytes.ts';
import { decodeScan } from './encoded-scan.ts';
import type { OldScan } from './scan.ts';

/** To be raised when the same tree is packed to something else, or kept in another way. */
const version = 1;

/** What was packed to a file last, kept in the cache: the file itself stays alone in its directory. */
export interface LastPack {
  /** The file, absolute. */
  file: string;
  /** A digest of all that decides what the tree is packed to. */
  options: string;
  /** Bytes of the file that hold the whole tree; what is behind them is what changed since. */
  base: number;
  /** How the file looked when it was written: a file that looks so still holds what was written. */
  looks: string;
  scan: OldScan;
  /** That, as it is kept. */
  encoded: Buffer;
}

interface Head extends Omit<LastPack, 'scan' | 'encoded'> {
  version: number;
}

/**
 * What was packed to a file last, with the same options, if it is still there untouched.
 * @param directory where such things are kept
 */
export function readLastPack(directory: string, file: string, options: string): LastPack | undefined {
  const bytes = contentOf(keptIn(directory, file));
  if (!bytes) return undefined;
  const head = headOf(bytes);
  if (head?.version !== version || head.file !== file || head.options !== options) return undefined;
  if (head.looks !== looksOf(file)) return undefined;
  const encoded = bytes.subarray(bytes.indexOf(0) + 1);
  const scan = decodeScan(encoded);
  return scan && { file, options, base: head.base, looks: head.looks, scan, encoded };
}

/** Keeps what was packed to a file that is complete now. What is kept of files that are gone is forgotten. */
export function writeLastPack(directory: string, last: Omit<LastPack, 'scan' | 'looks'>): void {
  const { file, options, base, encoded } = last;
  const looks = looksOf(file);
  if (looks === undefined) return;
  const head: Head = { version, file, options, base, looks };
  mkdirSync(directory, { recursive: true });
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\0`), encoded]);
  const to = keptIn(directory, file);
  const first = !existsSync(to);
  writeFileAtomic(to, content, { durable: false });
  if (first) forgetGone(directory);
}

/** Forgets what is kept of files that are gone. */
function forgetGone(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!name.endsWith(suffix)) continue;
    const kept = join(directory, name);
    using bytes = openBytes(kept);
    const head = headOf(bytes.at(0, longestHead));
    if (!head || !existsSync(head.file)) rmSync(kept, { force: true });
  }
}

const suffix = '.scan';
const longestHead = 16_384;

/** What is before the first NUL; undefined where it is nothing that was kept. */
function headOf(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf(0);
  try {
    return end < 0 ? undefined : JSON.parse(bytes.toString('utf8', 0, end));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function contentOf(kept: string): Buffer | undefined {
  try {
    return readFileSync(kept);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether nobody has touched the file since. */
export const isUntouchedFile = ({ file, looks }: LastPack): boolean => looksOf(file) === looks;

function looksOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(' ');
}

function keptIn(directory: string, file: string): string {
  return join(directory, createHash('sha256').update(file).digest('hex').slice(0, 32) + suffix);
}
