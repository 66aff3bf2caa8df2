import type { Scope } from '../../base/scope.ts';
import type { Kind } from '../cpio-entry.ts';
import { readInitramfs } from '../initramfs/read.ts';

/** What lies where in an initramfs, as far as something is to be added to it. */
export interface Layout {
  kinds: Map<string, Kind>;
  /** Of symlinks. */
  targets: Map<string, string>;
  /** Scripts that may be the first process, by their paths. */
  scripts: Map<string, string>;
}

/** No script of this size is a first process. */
const longestScript = 2 ** 20;

export const emptyLayout = (): Layout => ({ kinds: new Map(), targets: new Map(), scripts: new Map() });

/** @throws as `readInitramfs` */
export async function layoutOf(scope: Scope, initramfs: string): Promise<Layout> {
  const layout = emptyLayout();
  for await (const { path, kind, target, size, content } of readInitramfs(scope, initramfs)) {
    layout.kinds.set(path, kind);
    if (target === undefined) layout.targets.delete(path);
    else layout.targets.set(path, target);
    if (kind !== 'file' || !/(?:^|\/)init(?:\.sh)?$/.test(path) || size > longestScript) continue;
    const text = (await content()).toString();
    if (text.startsWith('#!')) layout.scripts.set(path, text);
  }
  return layout;
}

/**
 * Where a path of a guest truly lies: the symlinks among its directories are followed as the guest does, with
 * `followLast` the last name too.
 */
export function placeIn({ targets }: Layout, path: string, followLast = false): string {
  const done: string[] = [];
  const left = path.split('/');
  for (let links = 0; left.length > 0; ) {
    const name = left.shift() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      done.pop();
      continue;
    }
    const target = targets.get([...done, name].join('/'));
    if (target !== undefined && (followLast || left.length > 0) && links++ < mostLinks) {
      if (target.startsWith('/')) done.length = 0;
      left.unshift(...target.split('/'));
      continue;
    }
    done.push(name);
  }
  return done.join('/');
}

/** The kernel follows no more either (path_resolution(7)). */
const mostLinks = 40;

/** Whether a path is a directory, or a link to one. */
export function isDirectoryIn(layout: Layout, path: string): boolean {
  return path === '' || layout.kinds.get(placeIn(layout, path, true)) === 'directory';
}
