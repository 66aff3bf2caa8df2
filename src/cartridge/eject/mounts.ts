import { isVivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { type Holder, holdersOf } from '../../host/holders.ts';
import { type Mount, readMounts } from '../../host/mounts.ts';
import { seclude, unmount, unmountSteps } from '../../host/unmount.ts';
import { isWithin } from '../../host/within.ts';
import type { EjectItem } from '../../protocol/cartridge-views.ts';

/** Unmounts all that is mounted in `directories`, deepest first, and says who keeps what does not go. */
export async function unmountAll(
  scope: Scope,
  directories: readonly string[],
  dryRun: boolean,
): Promise<EjectItem[]> {
  const items: EjectItem[] = [];
  const shared = new Map<string, string>();
  for (const { verb, mount } of unmountSteps(readMounts(), directories)) {
    const problem = shared.get([...shared.keys()].find((at) => isWithin(mount.at, at)) ?? '');
    if (problem !== undefined) {
      if (verb === 'unmount') items.push(item(mount, 'left', problem));
    } else if (verb === 'unmount') {
      items.push(dryRun ? item(mount, 'unmounted') : await remove(scope, mount));
    } else if (!dryRun) {
      const problem = await tryTo(() => seclude(scope, mount.at));
      // What is not secluded would be unmounted where it comes from, too.
      if (problem !== undefined) shared.set(mount.at, problem);
    }
  }
  return items;
}

async function remove(scope: Scope, mount: Mount): Promise<EjectItem> {
  const isThere = () => readMounts().some(({ id }) => id === mount.id);
  if (!isThere()) return item(mount, 'unmounted'); // it went with a mount of which it was a copy
  const problem = await tryTo(() => unmount(scope, mount.at));
  if (problem === undefined) return item(mount, 'unmounted');
  if (process.getuid?.() !== 0) return item(mount, 'left', problem);
  const held = heldBy(holdersOf([mount.at])) ?? problem;
  const worse = await tryTo(() => unmount(scope, mount.at, { lazy: true }));
  return worse === undefined ? item(mount, 'unmounted lazily', held) : item(mount, 'left', worse);
}

const item = ({ at }: Mount, done: EjectItem['done'], reason?: string): EjectItem => ({
  ...{ what: 'mount', name: at, done },
  ...(reason !== undefined && { reason }),
});

/** What a tool said that failed. */
export async function tryTo(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (!isVivariumError(error, 'command-failed')) throw error;
    return error.details.said.at(-1) ?? error.message;
  }
}

/** `bash (4711) works in it`, for people. */
export function heldBy(holders: readonly Holder[]): string | undefined {
  if (holders.length === 0) return undefined;
  const names = holders.slice(0, 4).map(({ pid, command }) => `${command} (${pid})`);
  return `in use by ${names.join(', ')}${holders.length > 4 ? ` and ${holders.length - 4} more` : ''}`;
}
