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

/** Bytes that are kept. */
const limit = 2 * 2 ** 30;

/**
 * @param cache the directory of all caches
 * @param suffix says what is made, and by which version of this code: `.kernel-1`
 * @param make writes the file that it is given the name of, or returns why it does not
 */
export async function quickFile(
  scope: Scope,
  { cache, file, suffix }: { cache: string; file: string; suffix: string },
  make: (draft: string) => Promise<string | undefined>,
): Promise<QuickFile> {
  const directory = join(cache, 'quick');
  const { hex } = await digestFile(scope, file, 'sha256');
  const made = join(directory, hex + suffix);
  const note = `${made}.not`;
  if (existsSync(note)) return { file, reason: readFileSync(note, 'utf8') };
  if (use(made)) return { file: made };
  mkdirSync(directory, { recursive: true });
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
