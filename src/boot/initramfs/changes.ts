import { typeBits, typeMask } from '../cpio-entry.ts';
import { textOf } from './byte-name.ts';
import type { HardLinks } from './hard-links.ts';
import type { Found } from './scan.ts';
import type { EntryOptions } from './tree-entries.ts';
import type { TreeIndex } from './tree-index.ts';

/** The part of a tree that may be packed behind the whole one; beyond it that is packed again. */
const largestPart = 1 / 4;

/**
 * What has to be packed behind an older archive of a tree so that what is unpacked is the tree as it is now. A later
 * entry writes over the file of its name, keeps a directory or device that is there, and takes nothing away
 * (init/initramfs.c of Linux): so what was removed, is of another kind, or has several names makes it impossible.
 * @returns why the tree has to be packed as a whole, where it has to be
 */
export function changesSince(
  index: TreeIndex,
  found: readonly Found[],
  links: HardLinks,
  options: EntryOptions,
): Found[] | string {
  const gone = firstGone(index, found);
  if (gone !== undefined) return `${gone} is gone`;
  const changed: Found[] = [];
  let [bytes, all] = [0, 0];
  for (const one of found.slice(1)) {
    const { stats, old } = one;
    const type = stats.mode & typeMask;
    if (type === typeBits.file) all += stats.size;
    if (old !== undefined && (index.mode(old) & typeMask) !== type)
      return `${nameOf(one)} is of another kind`;
    if (isAsItWas(index, one, links, options)) continue;
    if (links.countOf(one) > 1 || (old !== undefined && index.links(old) > 1)) {
      return `${nameOf(one)} has several names`;
    }
    if (old !== undefined && (type === typeBits.character || type === typeBits.block)) {
      return `the device ${nameOf(one)} changed`;
    }
    changed.push(one);
    if (type === typeBits.file) bytes += stats.size;
  }
  const many = changed.length > found.length * largestPart || bytes > all * largestPart;
  return many ? 'much changed' : changed;
}

const nameOf = ({ path }: Found): string => textOf(path).text;

function firstGone(index: TreeIndex, found: readonly Found[]): string | undefined {
  const there = new Set(found.map(({ old }) => old));
  const gone = index.names.findIndex((_, number) => !there.has(number));
  return gone < 0 ? undefined : textOf(index.names[gone] as string).text;
}

function isAsItWas(index: TreeIndex, one: Found, links: HardLinks, { owner, times }: EntryOptions): boolean {
  const { stats, old } = one;
  if (old === undefined) return false;
  if (!stats.isDirectory()) return index.same(old, stats, links.countOf(one));
  // A directory also changes with what is in it, which is looked at by itself.
  const { uid, gid } = index.owner(old);
  return (
    index.mode(old) === stats.mode &&
    (owner !== 'keep' || (uid === stats.uid && gid === stats.gid)) &&
    (times !== 'keep' || index.mtimeMs(old) === stats.mtimeMs)
  );
}
