import { isVivariumError } from '../base/errors.ts';
import { diskUsage } from '../host/disk-usage.ts';
import { imagePath } from '../image/files.ts';
import { pruneLeftovers } from '../image/prune.ts';
import { checkUnused } from '../image/replace.ts';
import { listImages, removeImage } from '../image/store.ts';
import type { Home } from '../machine/home.ts';
import { imageUsers, usersOf } from '../machine/image-users.ts';
import type { PrunedItem, PruneReport } from '../protocol/views.ts';

/** Removes leftovers, and on request the images that no machine uses; says what that gave. */
export async function prune(
  home: Home,
  { unused, dryRun }: { unused: boolean; dryRun: boolean },
): Promise<PruneReport> {
  const { directory: vmdir, cache } = home;
  const leftovers = await pruneLeftovers({ vmdir, cache, dryRun });
  const items = [...leftovers, ...(unused ? await pruneUnused(home, dryRun) : [])];
  return { items, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0), dryRun };
}

async function pruneUnused(home: Home, dryRun: boolean): Promise<PrunedItem[]> {
  const users = imageUsers(home);
  const pruned: PrunedItem[] = [];
  for (const { name } of listImages(home.directory)) {
    if (users.has(name)) continue;
    const path = imagePath(home.directory, name);
    const item: PrunedItem = { kind: 'image', path, bytes: diskUsage(path) };
    if (dryRun || (await removed(home, name))) pruned.push(item);
  }
  return pruned;
}

/** @returns false where a machine has come to use it, or somebody else has removed it */
async function removed(home: Home, name: string): Promise<boolean> {
  try {
    await removeImage(home.directory, name, () => checkUnused(name, usersOf(home)));
    return true;
  } catch (error) {
    if (isVivariumError(error, 'image-in-use') || isVivariumError(error, 'image-not-found')) return false;
    throw error;
  }
}
