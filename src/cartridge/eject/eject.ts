import type { Scope } from '../../base/scope.ts';
import type { Home } from '../../machine/home.ts';
import type { EjectItem, EjectReport } from '../../protocol/cartridge-views.ts';
import { type Cartridge, openCartridge } from '../cartridge.ts';
import { statePath } from '../files.ts';
import { holdCartridge } from '../state.ts';
import { endBuilders } from './builders.ts';
import { checkRemovable, removeDirectories } from './directories.ts';
import { freeLoops } from './loops.ts';
import { stopMachines } from './machines.ts';
import { unmountAll } from './mounts.ts';

export interface EjectOptions {
  /** Caches, too. */
  all: boolean;
  /** Only says what would go. */
  dryRun: boolean;
}

/**
 * Takes away what builds of a cartridge left, and nothing else: its processes, machines, mounts, loop devices and
 * the directories that it works in. What is built stays, and so do caches unless they are to go, too.
 * @throws `cartridge-not-found`, `cartridge-invalid`, `cartridge-busy`, `cartridge-unsafe`
 */
export async function eject(
  scope: Scope,
  home: Home,
  { path, all, dryRun }: EjectOptions & { path: string },
): Promise<EjectReport> {
  const cartridge = openCartridge(path);
  const { directory, work, caches } = cartridge;
  const removed = [
    ...new Set([...work, statePath(directory, 'work')]),
    ...(all ? [...caches, statePath(directory, 'cache')] : []),
  ];
  using _held = await holdCartridge(cartridge);
  await checkRemovable(scope, cartridge, removed);
  const items = await release(scope, home, cartridge, dryRun);
  items.push(...(await removeDirectories(cartridge, removed, dryRun)));
  return { directory, dryRun, items };
}

/** All but the directories: what would be in the way of the next build. The cartridge is held. */
export async function release(
  scope: Scope,
  home: Home,
  cartridge: Cartridge,
  dryRun = false,
): Promise<EjectItem[]> {
  const items: EjectItem[] = [];
  const add = (more: EjectItem[]) => items.push(...more);
  add(await endBuilders(scope, cartridge, dryRun));
  add(await stopMachines(scope, home, cartridge, dryRun));
  add(await unmountAll(scope, placesOf(cartridge), dryRun));
  add(await freeLoops(scope, placesOf(cartridge), dryRun));
  return items;
}

/** Where a build may have mounted something: what it works in, and what is kept of it. */
function placesOf({ directory, work, caches }: Cartridge): string[] {
  return [...work, ...caches, statePath(directory, 'work'), statePath(directory, 'cache')];
}
