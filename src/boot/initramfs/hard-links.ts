import { lstatSync } from 'node:fs';
import type { HardLink } from '../cpio-entry.ts';
import { type ByteName, systemPath } from './byte-name.ts';
import type { Found } from './scan.ts';

/** What a name of a file is when the file has others in the tree. */
export interface Name {
  hardLink: HardLink;
  /** In the order of the tree: the one that brings the content. */
  last: boolean;
}

/** Tells of the files of a tree, each asked for once and in their order, which are names of the same file. */
export function hardLinks(root: ByteName, found: readonly Found[]): (one: Found) => Name | undefined {
  const groups = new Map<string, HardLink & { left: number }>();
  const several = found.filter(({ stats }) => stats.nlink > 1 && stats.isFile());
  for (const one of several) {
    const key = identity(root, one);
    const group = groups.get(key) ?? { count: 0, left: 0 };
    group.count++;
    group.left++;
    groups.set(key, group);
  }
  const names = new Map(several.map((one) => [one, groups.get(identity(root, one))]));
  return (one) => {
    const group = names.get(one);
    if (!group || group.count === 1) return undefined;
    group.left--;
    return { hardLink: group, last: group.left === 0 };
  };
}

/** Numbers of inodes can be larger than what a double holds exactly. */
function identity(root: ByteName, { path, stats: { dev, ino } }: Found): string {
  if (Number.isSafeInteger(ino)) return `${dev}:${ino}`;
  const exact = lstatSync(systemPath(`${root}/${path}`), { bigint: true });
  return `${exact.dev}:${exact.ino}`;
}
