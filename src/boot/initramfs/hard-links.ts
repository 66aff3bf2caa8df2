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

export interface HardLinks {
  /** How many names in the tree a file has; 1 of everything else. */
  countOf(one: Found): number;
  /** Undefined where it is the only one. */
  nameOf(one: Found): Name | undefined;
}

/** Finds the files of a tree that have several names in it. */
export function hardLinks(root: ByteName, found: readonly Found[]): HardLinks {
  const groups = new Map<string, HardLink & { last: Found }>();
  const groupOf = new Map<Found, HardLink & { last: Found }>();
  for (const one of found) {
    if (one.stats.nlink === 1 || !one.stats.isFile()) continue;
    const key = identity(root, one);
    const group = groups.get(key) ?? { count: 0, last: one };
    group.count++;
    group.last = one;
    groups.set(key, group);
    groupOf.set(one, group);
  }
  return {
    countOf: (one) => groupOf.get(one)?.count ?? 1,
    nameOf: (one) => {
      const group = groupOf.get(one);
      return group && group.count > 1 ? { hardLink: group, last: group.last === one } : undefined;
    },
  };
}

/** Numbers of inodes can be larger than what a double holds exactly. */
function identity(root: ByteName, { path, stats: { dev, ino } }: Found): string {
  if (Number.isSafeInteger(ino)) return `${dev}:${ino}`;
  const exact = lstatSync(systemPath(`${root}/${path}`), { bigint: true });
  return `${exact.dev}:${exact.ino}`;
}
