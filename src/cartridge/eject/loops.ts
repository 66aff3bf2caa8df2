import type { Scope } from '../../base/scope.ts';
import { freeLoop, loopDevices } from '../../host/loop-devices.ts';
import { isWithin } from '../../host/within.ts';
import type { EjectItem } from '../../protocol/cartridge-views.ts';
import { tryTo } from './mounts.ts';

/** Frees the loop devices behind which is a file in `directories`. */
export async function freeLoops(
  scope: Scope,
  directories: readonly string[],
  dryRun: boolean,
): Promise<EjectItem[]> {
  const ours = loopDevices().filter(({ file }) => directories.some((directory) => isWithin(file, directory)));
  const items: EjectItem[] = [];
  for (const loop of ours) {
    const problem = dryRun ? undefined : await tryTo(() => freeLoop(scope, loop));
    // It goes when its last user does, so that success alone does not say that it has gone.
    const there =
      !dryRun && loopDevices().some(({ device, file }) => device === loop.device && file === loop.file);
    const reason = problem ?? (there ? 'it is mounted elsewhere, and goes with that' : undefined);
    items.push({
      ...{ what: 'loop device', name: loop.device, done: reason === undefined ? 'freed' : 'left' },
      reason: reason ?? loop.file,
    });
  }
  return items;
}
