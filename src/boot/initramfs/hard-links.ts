import { lstatSync } from 'node:fs';
import { type HardLink, typeBits } from '../cpio-entry.ts';
import { type ByteName, systemPath } from './byte-name.ts';
import { at, fieldOf, pathOf, type Scan, typeOf, width } from './scan.ts';

/** All names of a file in a tree. */
export interface Names extends HardLink {
  /** The number of the last one, which brings the content. */
  last: number;
}

/** Finds the files of a tree that have several names in it, by the number of each name, and counts these. */
export function hardLinks(root: ByteName, scan: Scan): Map<number, Names> {
  const files = new Map<string, Names>();
  const names = new Map<number, Names>();
  for (let number = 0; number < scan.count; number++) {
    if (fieldOf(scan, number, 'links') === 1 || typeOf(scan, number) !== typeBits.file) continue;
    const key = identity(root, scan, number);
    const file = files.get(key) ?? { count: 0, last: number };
    file.count++;
    file.last = number;
    files.set(key, file);
    names.set(number, file);
  }
  for (const [number, { count }] of names) {
    scan.numbers[number * width + at.links] = count;
    if (count === 1) names.delete(number);
  }
  return names;
}

/** Numbers of inodes can be larger than what a double holds exactly. */
function identity(root: ByteName, scan: Scan, number: number): string {
  const ino = fieldOf(scan, number, 'ino');
  if (Number.isSafeInteger(ino)) return `${fieldOf(scan, number, 'dev')}:${ino}`;
  const exact = lstatSync(systemPath(`${root}/${pathOf(scan, number)}`), { bigint: true });
  return `${exact.dev}:${exact.ino}`;
}
