import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../host/atomic-file.ts';

const entriesKept = 64;

type Entry = [key: string, hex: string];

const file = (cache: string): string => join(cache, 'quick.json');

/**
 * The digest of what was read before.
 * @param key tells what it was of from all else without reading it, as JSON: inode, size, times
 */
export function seenDigest(cache: string, key: unknown): string | undefined {
  const wanted = JSON.stringify(key);
  return readEntries(cache).find(([key]) => key === wanted)?.[1];
}

/** Notes a digest. Of two processes that do so at once one may be forgotten, which costs a reading. */
export function noteDigest(cache: string, key: unknown, hex: string): void {
  const noted = JSON.stringify(key);
  const others = readEntries(cache).filter(([key]) => key !== noted);
  const entries = [[noted, hex], ...others].slice(0, entriesKept);
  writeFileAtomic(file(cache), `${JSON.stringify(entries, null, 1)}\n`, { durable: false });
}

/** Newest first; a file that is missing or broken holds nothing. */
function readEntries(cache: string): Entry[] {
  try {
    const content: unknown = JSON.parse(readFileSync(file(cache), 'utf8'));
    return Array.isArray(content) ? content.filter(isEntry) : [];
  } catch {
    return [];
  }
}

const isEntry = (value: unknown): value is Entry =>
  Array.isArray(value) && typeof value[0] === 'string' && /^[0-9a-f]{64}$/.test(value[1]);
