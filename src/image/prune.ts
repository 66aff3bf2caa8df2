import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import { isAbandoned } from '../host/atomic-file.ts';
import { tryClaim } from '../host/claim.ts';
import { diskUsage } from '../host/disk-usage.ts';
import { removeDirectory } from '../host/remove-directory.ts';
import type { PrunedItem } from '../protocol/views.ts';
import { downloadsDirectory, imagesDirectory, isBuilding, isDiscarded } from './files.ts';

export interface PruneOptions {
  vmdir: string;
  cache: string;
  dryRun: boolean;
  /** Milliseconds of the epoch. */
  now?: number;
}

/** A download that was interrupted less than this ago, in milliseconds, may well be gone on with. */
const youngDownload = 24 * 3_600_000;

/**
 * Removes what nobody will come back to: what killed commands have left, partial downloads and packages that are a
 * day old. What a running command works on is locked, and stays.
 */
export async function pruneLeftovers(options: PruneOptions): Promise<PrunedItem[]> {
  const images = join(options.vmdir, imagesDirectory);
  const downloads = join(options.cache, downloadsDirectory);
  const old = (path: string) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats !== undefined && (options.now ?? Date.now()) - stats.mtimeMs > youngDownload;
  };
  const candidates: Omit<PrunedItem, 'bytes'>[] = [
    ...entriesOf(images)
      .filter((entry) => isBuilding(entry) || isDiscarded(entry))
      .map((entry) => ({ kind: 'build' as const, path: join(images, entry) })),
    ...entriesOf(downloads)
      .map((entry) => ({ kind: 'download' as const, path: join(downloads, entry) }))
      .filter(({ path }) => [path, ...entriesOf(path).map((entry) => join(path, entry))].every(old)),
    ...entriesOf(options.cache)
      .filter((entry) => entry.endsWith('.deb') || isAbandoned(entry))
      .map((entry) => ({
        kind: isAbandoned(entry) ? ('download' as const) : ('package' as const),
        path: join(options.cache, entry),
      }))
      .filter(({ path }) => old(path)),
  ];
  const pruned: PrunedItem[] = [];
  for (const { kind, path } of candidates) {
    using held = await tryClaim(path);
    if (!held) continue;
    pruned.push({ kind, path, bytes: diskUsage(path) });
    if (!options.dryRun) await removeDirectory(path);
  }
  return pruned;
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
