import type { Scope } from '../base/scope.ts';
import type { Mount } from './mounts.ts';
import { runTool } from './run-tool.ts';
import { isWithin } from './within.ts';

/** A step on the way to a directory without mounts. */
export interface UnmountStep {
  /** `seclude`: from now on, what is unmounted below it is unmounted there alone. */
  verb: 'seclude' | 'unmount';
  mount: Mount;
}

/**
 * How all that is mounted in `directories` is unmounted: deepest first, by the tree of mounts, as one may lie hidden
 * below another at the same place. What was mounted with all that lies in it (`mount --rbind /dev`) shares that with
 * where it comes from, and so would take it away there, too: the top of each tree is secluded before anything in it
 * goes, and once more when a mount that hid it has gone. Pure.
 */
export function unmountSteps(mounts: readonly Mount[], directories: readonly string[]): UnmountStep[] {
  const ours = mounts.filter(({ at }) => directories.some((directory) => isWithin(at, directory)));
  const ids = new Set(ours.map(({ id }) => id));
  const steps = (mount: Mount, top: boolean): UnmountStep[] => {
    const children = ours.filter(({ parent }) => parent === mount.id).reverse();
    const hiding = children.filter(({ at }) => at === mount.at);
    const inside = children.filter(({ at }) => at !== mount.at);
    const seclude: UnmountStep[] = top ? [{ verb: 'seclude', mount }] : [];
    return [
      ...(hiding.length > 0 ? seclude : []),
      ...hiding.flatMap((child) => steps(child, false)),
      ...(inside.length > 0 ? seclude : []),
      ...inside.flatMap((child) => steps(child, false)),
      { verb: 'unmount', mount },
    ];
  };
  const tops = ours.filter(({ parent }) => !ids.has(parent)).reverse();
  return tops.flatMap((mount) => steps(mount, true));
}

/** @param lazy out of sight at once, and gone when nobody uses it any more @throws `command-failed`, `tool-missing` */
export async function unmount(scope: Scope, at: string, { lazy = false } = {}): Promise<void> {
  const how = ['--no-canonicalize', ...(lazy ? ['--lazy'] : [])];
  await runTool(scope, 'umount', [...how, '--', at], { doing: `Unmounting ${at}` });
}

/** Cuts the mounts at `at` and in it off from those of which they are a copy. @throws as `unmount` */
export async function seclude(scope: Scope, at: string): Promise<void> {
  const how = ['--no-canonicalize', '--make-rprivate'];
  await runTool(scope, 'mount', [...how, '--', at], { doing: `Secluding ${at}` });
}
