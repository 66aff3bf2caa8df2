import { typeBits } from '../cpio-entry.ts';
import { textOf } from './byte-name.ts';
import { fieldOf, isUntouched, type OldScan, pathOf, type Scan, typeOf } from './scan.ts';
import type { EntryOptions, ScannedTree } from './tree-entries.ts';

/** The part of a tree that may be packed behind the whole one; beyond it that is packed again. */
const largestPart = 1 / 4;

/**
 * What has to be packed behind an older archive of a tree so that what is unpacked is the tree as it is now. A later
 * entry writes over the file of its name, keeps a directory or device that is there, and takes nothing away
 * (init/initramfs.c of Linux): so what was removed, is of another kind, or has several names makes it impossible.
 * @returns the numbers of what changed; or why the tree has to be packed as a whole, where it has to be
 */
export function changesSince(old: OldScan, tree: ScannedTree, options: EntryOptions): number[] | string {
  const { scan, links } = tree;
  const gone = firstGone(old, scan);
  if (gone !== undefined) return `${textOf(pathOf(old, gone)).text} is gone`;
  const changed: number[] = [];
  let [bytes, all] = [0, 0];
  for (let number = 1; number < scan.count; number++) {
    const was = scan.old[number] as number;
    const type = typeOf(scan, number);
    const name = () => textOf(pathOf(scan, number)).text;
    const size = type === typeBits.file ? fieldOf(scan, number, 'size') : 0;
    all += size;
    if (was >= 0 && typeOf(old, was) !== type) return `${name()} is of another kind`;
    if (was >= 0 && isAsItWas(old, was, scan, number, options)) continue;
    if (links.has(number) || (was >= 0 && type === typeBits.file && fieldOf(old, was, 'links') > 1)) {
      return `${name()} has several names`;
    }
    if (was >= 0 && (type === typeBits.character || type === typeBits.block)) {
      return `the device ${name()} changed`;
    }
    changed.push(number);
    bytes += size;
  }
  const much = changed.length > scan.count * largestPart || bytes > all * largestPart;
  return much ? 'much changed' : changed;
}

function firstGone(old: OldScan, { old: numbers }: Scan): number | undefined {
  const there = new Uint8Array(old.count);
  for (const number of numbers) if (number >= 0) there[number] = 1;
  const gone = there.indexOf(0);
  return gone < 0 ? undefined : gone;
}

function isAsItWas(
  old: OldScan,
  was: number,
  scan: Scan,
  number: number,
  { owner, times }: EntryOptions,
): boolean {
  if (typeOf(scan, number) !== typeBits.directory) return isUntouched(scan, number, old, was);
  // A directory also changes with what is in it, which is looked at by itself.
  const same = (field: 'mode' | 'uid' | 'gid' | 'mtimeMs') =>
    fieldOf(scan, number, field) === fieldOf(old, was, field);
  return (
    same('mode') &&
    (owner !== 'keep' || (same('uid') && same('gid'))) &&
    (times !== 'keep' || same('mtimeMs'))
  );
}
