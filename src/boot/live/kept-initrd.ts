import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Scope } from '../../base/scope.ts';
import { temporaryName } from '../../host/atomic-file.ts';
import { readBusybox } from '../busybox.ts';
import { withParents } from '../busybox-initramfs.ts';
import { cpio } from '../cpio.ts';
import { guestFiles } from '../guest-files.ts';
import type { Additions } from './additions.ts';
import { jobFiles } from './job-files.ts';
import { type LiveRoot, writeLiveInitrd } from './live-initrd.ts';
import type { LiveKernel } from './live-kernel.ts';
import { entriesOnTheWay } from './on-the-way.ts';
import { endWords } from './segment.ts';

/** To be raised when this code makes something else of the same inputs. */
const format = 1;

export interface KeptInitrd {
  /** What tells this kernel from all others, as JSON. */
  key: unknown;
  /** Is asked for where the initrd has to be made. */
  kernel: () => Promise<LiveKernel | undefined>;
  root: LiveRoot;
}

/**
 * The live initrd for a kernel and a root, which is made once and kept in `cache`.
 * @returns its file, to be put before what `writeLiveAdditions` writes
 * @throws as `writeLiveInitrd`
 */
export async function keptLiveInitrd(
  scope: Scope,
  cache: string,
  { key, kernel, root }: KeptInitrd,
): Promise<string> {
  const directory = join(cache, 'live-initrds');
  const file = join(directory, `${digest(key, root)}.cpio`);
  if (statSync(file, { throwIfNoEntry: false })) {
    utimesSync(file, new Date(), new Date());
    return file;
  }
  mkdirSync(directory, { recursive: true });
  const draft = temporaryName(file);
  try {
    const additions = { inject: [], env: {} };
    await writeLiveInitrd(scope, { to: draft, kernel: await kernel(), root, additions });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  return file;
}

/** @returns words for the kernel's command line */
export async function writeLiveAdditions(scope: Scope, to: string, additions: Additions): Promise<string[]> {
  const entries = [...jobFiles(additions), ...entriesOnTheWay(scope, additions)];
  if (entries.length > 0) await pipeline(cpio(withParents(entries)), createWriteStream(to));
  return ['rdinit=/vivarium/init', ...endWords(additions)];
}

function digest(key: unknown, root: LiveRoot): string {
  const hash = createHash('sha256').update(JSON.stringify([format, key, root]));
  hash.update(readBusybox('to find the root in a live guest').content);
  for (const { path, content } of guestFiles('live')) {
    hash.update(`\n${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
