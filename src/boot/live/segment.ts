import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Scope } from '../../base/scope.ts';
import { findBusybox } from '../busybox.ts';
import { withParents } from '../busybox-initramfs.ts';
import { type CpioEntry, cpio } from '../cpio.ts';
import type { Additions } from './additions.ts';
import { entriesInPlace, fitted } from './in-place.ts';
import { jobFiles } from './job-files.ts';
import { emptyLayout, type Layout, layoutOf } from './layout.ts';
import { jobModules, type LiveKernel, moduleEntries } from './live-kernel.ts';
import { entriesOnTheWay, leavingEntries, staysRoot } from './on-the-way.ts';
import { ownFiles } from './own-files.ts';

export interface SegmentRequest {
  /** The file to write. */
  to: string;
  /** The initramfs behind which it is put; undefined where there is none. */
  base: string | undefined;
  /** Whether that stays the guest's root in any case, or leaves for another one if it does. */
  root: 'initramfs' | 'elsewhere';
  additions: Additions;
  /** Whose modules a job in an initramfs gets where that has none of its own. */
  kernel?: LiveKernel | undefined;
}

/**
 * Writes the part of an initramfs that brings what is added, to be put behind `base`.
 * @returns words for the kernel's command line
 * @throws `file-missing`, `initramfs-unreadable`, `initrd-unfit` where it may leave for another root in a way that
 * is not known, `tool-missing` without a static busybox
 */
export async function writeSegment(
  scope: Scope,
  { to, base, root, additions, kernel }: SegmentRequest,
): Promise<{ append: string[] }> {
  const layout = base === undefined ? emptyLayout() : await layoutOf(scope, base);
  const taken = base !== undefined && root === 'elsewhere' && !staysRoot(layout);
  const runs = taken || additions.job;
  const entries: CpioEntry[] = [
    ...(runs ? ownFiles(await findBusybox(scope, 'to run what is put into guests')) : []),
    ...jobFiles(additions),
    ...(taken
      ? [
          ...leavingEntries(layout, base).flatMap((it) => fitted(it, layout)),
          ...entriesOnTheWay(scope, additions),
        ]
      : entriesInPlace(scope, additions, layout)),
  ];
  if (kernel && additions.job && !taken && !hasModules(layout, kernel)) {
    entries.push(...(await moduleEntries(scope, kernel, jobModules)).flatMap((it) => fitted(it, layout)));
  }
  const known = [...layout.kinds.keys()].filter((path) => layout.kinds.get(path) === 'directory');
  await pipeline(cpio(withParents(entries, known)), createWriteStream(to));
  const start = additions.job && !taken ? ['rdinit=/vivarium/job'] : [];
  return { append: [...start, ...endWords(additions)] };
}

function hasModules({ kinds }: Layout, { release }: LiveKernel): boolean {
  return ['lib', 'usr/lib'].some((place) => kinds.has(`${place}/modules/${release}/modules.dep`));
}

/** A guest that dies without a word about its job has to be seen to end. */
export const endWords = ({ job }: Additions): string[] => (job ? ['panic=-1'] : []);
