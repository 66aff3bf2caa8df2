import { readFileSync } from 'node:fs';
import type { Scope } from '../base/scope.ts';
import { runTool } from './run-tool.ts';

/** One mount of this process's namespace. */
export interface Mount {
  id: number;
  /** The mount on which it lies. */
  parent: number;
  /** Where, absolute. */
  path: string;
  /** `tmpfs`, `proc`, `ext4` */
  type: string;
  /** What is mounted: a device, or a name that means nothing. */
  source: string;
}

export function readMounts(): Mount[] {
  return parseMountinfo(readFileSync('/proc/self/mountinfo', 'latin1'));
}

/** Reads /proc/PID/mountinfo (proc_pid_mountinfo(5)), in its order. Pure. @param text its bytes, as latin1 */
export function parseMountinfo(text: string): Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [own = '', rest = ''] = line.split(' - ');
      const [id, parent, , , path = ''] = own.split(' ');
      const [type = '', source = ''] = rest.split(' ');
      return { id: Number(id), parent: Number(parent), path: unescape(path), type, source: unescape(source) };
    });
}

/** Blanks and the like are three octal digits behind a backslash. */
function unescape(text: string): string {
  const bytes = text.replaceAll(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** Whether a path is `directory`, or lies in it. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);

/** A step on the way to a directory without mounts. */
export interface UnmountStep {
  /** `seclude`: from now on, what is unmounted below it is unmounted here alone. */
  verb: 'seclude' | 'unmount';
  mount: Mount;
}

/**
 * How all that is mounted in `directories` is unmounted: deepest first, by the tree of mounts, as one may lie hidden
 * below another of the same path. What is mounted from elsewhere with its own mounts (`mount --rbind /dev`) shares
 * them with where it comes from; so the top of each tree is secluded before anything in it goes, and again when a
 * mount that hid it has gone. Pure.
 */
export function unmountSteps(mounts: readonly Mount[], directories: readonly string[]): UnmountStep[] {
  const ours = mounts.filter(({ path }) => directories.some((directory) => isWithin(path, directory)));
  const ids = new Set(ours.map(({ id }) => id));
  const on = (mount: Mount) => ours.filter(({ parent }) => parent === mount.id).reverse();
  const remove = (mount: Mount, hidden: boolean): UnmountStep[] => {
    const above = on(mount).filter(({ path }) => path === mount.path);
    const inside = on(mount).filter(({ path }) => path !== mount.path);
    return [
      ...above.flatMap((it) => remove(it, true)),
      ...(hidden || inside.length > 0 ? [{ verb: 'seclude', mount } as const] : []),
      ...inside.flatMap((it) => remove(it, it.path === mount.path)),
      { verb: 'unmount', mount },
    ];
  };
  const tops = ours.filter(({ parent }) => !ids.has(parent)).reverse();
  return tops.flatMap((it) => remove(it, true));
}

/** @throws `command-failed`, as where it is in use, `tool-missing` */
export async function unmount(scope: Scope, path: string, { lazy = false } = {}): Promise<void> {
  const how = ['--no-canonicalize', ...(lazy ? ['--lazy'] : [])];
  await runTool(scope, 'umount', [...how, '--', path], { doing: `Unmounting ${path}` });
}

/** Cuts the mounts at and below `path` off from those that they are a copy of. */
export async function seclude(scope: Scope, path: string): Promise<void> {
  await runTool(scope, 'mount', ['--no-canonicalize', '--make-rprivate', '--', path], {
    doing: `Secluding ${path}`,
  });
}
