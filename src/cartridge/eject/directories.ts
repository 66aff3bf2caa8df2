import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { findTool } from '../../host/find-tool.ts';
import { holdersOf } from '../../host/holders.ts';
import { readMounts } from '../../host/mounts.ts';
import { removeDirectory } from '../../host/remove-directory.ts';
import { runTool } from '../../host/run-tool.ts';
import { isWithin } from '../../host/within.ts';
import type { EjectItem } from '../../protocol/cartridge-views.ts';
import type { Cartridge } from '../cartridge.ts';
import { outputs } from '../output.ts';
import { heldBy } from './mounts.ts';

/**
 * Looks whether directories may be removed, before anything is.
 * @throws `cartridge-unsafe` where one is not below the project, or holds what git keeps
 */
export async function checkRemovable(
  scope: Scope,
  { directory }: Cartridge,
  paths: readonly string[],
): Promise<void> {
  const there = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }));
  for (const path of there) {
    const real = realpathSync(path);
    if (path === directory || !isWithin(path, directory) || real !== path) {
      throw new VivariumError('cartridge-unsafe', { directory, path, problem: `it leads to ${real}` });
    }
  }
  if (there.length === 0 || !existsSync(join(directory, '.git')) || !findTool('git')) return;
  const kept = await runTool(
    scope,
    'git',
    ['-c', 'safe.directory=*', '-C', directory, 'ls-files', '-z', '--', ...there],
    // 128: no repository of its own
    {
      doing: 'Asking git what it keeps',
      allow: [0, 128],
      env: { ...process.env, GIT_LITERAL_PATHSPECS: '1' },
    },
  );
  const file = kept.stdout.toString().split('\0')[0];
  if (!file) return;
  const path = there.find((it) => isWithin(join(directory, file), it)) ?? directory;
  throw new VivariumError('cartridge-unsafe', {
    directory,
    path,
    problem: `git keeps files in it (${file})`,
  });
}

/** Removes what is left of builds, but no ISO that came out of one, and nothing through a mount. */
export async function removeDirectories(
  cartridge: Cartridge,
  paths: readonly string[],
  dryRun: boolean,
): Promise<EjectItem[]> {
  const items: EjectItem[] = [];
  for (const name of paths.filter((path) => existsSync(path))) {
    const kept = whyKept(cartridge, name) ?? (dryRun ? undefined : whyLeft(name));
    if (!dryRun && kept === undefined) await removeDirectory(name);
    items.push({ what: 'directory', name, done: 'removed', ...kept });
  }
  return items;
}

type Kept = Pick<EjectItem, 'done' | 'reason'>;

function whyKept(cartridge: Cartridge, path: string): Kept | undefined {
  const iso = outputs(cartridge).find((file) => isWithin(file, path));
  return iso === undefined ? undefined : { done: 'kept', reason: `${iso} is in it` };
}

function whyLeft(path: string): Kept | undefined {
  const mount = readMounts().find(({ at }) => isWithin(at, path));
  if (!mount) return undefined;
  return { done: 'left', reason: heldBy(holdersOf([mount.at])) ?? `${mount.at} is mounted` };
}
