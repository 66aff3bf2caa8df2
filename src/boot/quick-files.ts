import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { isAbandoned, temporaryName, writeFileAtomic } from '../host/atomic-file.ts';
import { digestFile } from '../host/digest.ts';
import { noteDigest, seenDigest } from './seen-digests.ts';

/**
 * Kernels and initramfs in a form that a guest is done with sooner, kept by the digest of what they were made from. A
 * file that gains nothing has a note of the reason in its place. What was used last stays; all can be made again.
 */
export interface QuickFile {
  /** What to boot: a file of the cache, which may vanish later, or the original. */
  file: string;
  /** Why it is the original. */
  reason?: string;
}

/** What a quick file is made of. */
export interface Original {
  /** Tells it from all others without reading it, as JSON; undefined where nothing does. */
  key: unknown;
  /** Its file, which may have to be made first. */
  open(): Promise<string>;
}

/** A file of the host as it is now, be it there or not. */
export function originalOf(file: string): Original {
  const stats = statSync(file, { throwIfNoEntry: false });
  const key = stats && [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs];
  return { key, open: async () => file };
}

/** What `quickFile` has made of it before; undefined where that is not known, or gone. */
export function madeBefore(cache: string, { key }: Original, suffix: string): QuickFile | undefined {
  const hex = key === undefined ? undefined : seenDigest(cache, key);
  if (hex === undefined) return undefined;
  const made = join(cache, 'quick', hex + suffix);
  return use(made) ? { file: made } : undefined;
}

/** Bytes that are kept. */
const limit = 2 * 2 ** 30;

/**
 * @param cache the directory of all caches
 * @param suffix says what is made, and by which version of this code: `.kernel-1`
 * @param key by which `madeBefore` is to know it
 * @param make writes the file that it is given the name of, or returns why it does not
 */
export async function quickFile(
  scope: Scope,
  { cache, file, suffix, key }: { cache: string; file: string; suffix: string; key?: unknown },
  make: (draft: string) => Promise<string | undefined>,
): Promise<QuickFile> {
  const directory = join(cache, 'quick');
  const { hex } = await digestFile(scope, file, 'sha256');
  const made = join(directory, hex + suffix);
  const note = `${made}.not`;
  if (existsSync(note)) return { file, reason: readFileSync(note, 'utf8') };
  mkdirSync(directory, { recursive: true });
  if (key !== undefined) noteDigest(cache, key, hex);
  if (use(made)) return { file: made };
  const draft = temporaryName(made);
  try {
    const reason = await make(draft);
    if (reason !== undefined) {
      writeFileAtomic(note, reason, { durable: false });
      return { file, reason };
    }
    renameSync(draft, made); // over that of another process, which is the same
  } finally {
    rmSync(draft, { force: true });
  }
  evict(directory, made);
  return { file: made };
}

/** Notes that a file is used now. @returns whether it is there */
function use(file: string): boolean {
  try {
    utimesSync(file, new Date(), new Date());
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Removes what was not used for longest until the rest is within the limit, and what killed processes have left. */
function evict(directory: string, spared: string): void {
  const files = readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (isAbandoned(name)) rmSync(path, { force: true });
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && !name.startsWith('.') ? [{ path, size: stats.size, used: stats.mtimeMs }] : [];
  });
  let bytes = 0;
  for (const { path, size } of files.sort((a, b) => b.used - a.used)) {
    bytes += size;
    if (bytes > limit && path !== spared) rmSync(path, { force: true });
  }
}
