import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { quoteWord } from '../../base/quote-word.ts';
import type { Scope } from '../../base/scope.ts';
import { findBusybox } from '../busybox.ts';
import { withParents } from '../busybox-initramfs.ts';
import { type CpioEntry, cpio } from '../cpio.ts';
import type { Additions } from './additions.ts';
import { commandText, environmentText } from './job-files.ts';
import { ownFiles } from './own-files.ts';
import { treeEntries } from './tree-entries.ts';

export interface SegmentRequest {
  /** The file to write. */
  to: string;
  /** The initramfs behind which it is put; undefined where there is none. */
  base: string | undefined;
  /** Whether that stays the guest's root, or another one is found by it. */
  root: 'initramfs' | 'elsewhere';
  additions: Additions;
}

/**
 * Writes the part of an initramfs that brings what is added, to be put behind `base`.
 * @returns words for the kernel's command line
 * @throws `file-missing`, `tool-missing` without a static busybox
 */
export async function writeSegment(scope: Scope, request: SegmentRequest): Promise<{ append: string[] }> {
  const { to, root, additions } = request;
  const busybox = () => findBusybox(scope, 'to run what is put into guests');
  const entries =
    root === 'initramfs'
      ? [...(additions.job ? ownFiles(await busybox()) : []), ...entriesInPlace(scope, additions)]
      : [...ownFiles(await busybox()), ...entriesOnTheWay(scope, additions)];
  await pipeline(cpio(withParents(entries)), createWriteStream(to));
  return { append: [...(root === 'initramfs' ? startOf(additions) : []), ...endOf(additions)] };
}

const startOf = ({ job }: Additions): string[] => (job ? ['rdinit=/vivarium/job'] : []);

/** A guest that dies without a word about its job has to be seen to end. */
export const endOf = ({ job }: Additions): string[] => (job ? ['panic=-1'] : []);

/** What is added where the initramfs itself is the root. */
function entriesInPlace(scope: Scope, additions: Additions): CpioEntry[] {
  const { inject, env } = additions;
  const profile = text('etc/profile.d/vivarium.sh', environmentText(env));
  return [
    ...jobFiles(additions),
    ...(Object.keys(env).length > 0 ? [profile] : []),
    ...inject.flatMap(({ from, to, exclude = [] }) => [...treeEntries(scope, from, { at: to, exclude })]),
  ];
}

/** What is added where it has to be taken along to the new root: see guest/live/leave and guest/live/place. */
export function entriesOnTheWay(scope: Scope, additions: Additions): CpioEntry[] {
  const places = additions.inject.map(({ from, to, exclude = [] }, index) => {
    // A file keeps its name for where it is put into a directory that is there.
    const path = `${index}/${basename(from)}`;
    const at = `/vivarium/inject/${path}`;
    const entries = [...treeEntries(scope, from, { at, exclude })];
    return { entries, line: `place ${quoteWord(path)} ${quoteWord(to)}\n` };
  });
  return [
    ...jobFiles(additions),
    ...places.flatMap(({ entries }) => entries),
    ...(places.length > 0 ? [text('vivarium/inject/list', places.map(({ line }) => line).join(''))] : []),
  ];
}

function jobFiles({ env, job }: Additions): CpioEntry[] {
  return [
    ...(Object.keys(env).length > 0 ? [text('vivarium/environment', environmentText(env))] : []),
    ...(job ? [text('vivarium/command', commandText(job))] : []),
  ];
}

export function text(path: string, content: string): CpioEntry {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(content) };
}
