import { basename } from 'node:path';
import type { Scope } from '../../base/scope.ts';
import type { CpioEntry } from '../cpio.ts';
import { treeEntries } from '../initramfs/tree-entries.ts';
import type { Additions, Injection } from './additions.ts';
import { environmentFile, profile } from './job-files.ts';
import { isDirectoryIn, type Layout, placeIn } from './layout.ts';

/**
 * What is injected and the environment as entries for an initramfs that stays the root, each where the guest's own
 * links lead it.
 */
export function entriesInPlace(scope: Scope, { inject, env }: Additions, layout: Layout): CpioEntry[] {
  return [
    ...inject.flatMap((it) => [...injected(scope, it, layout)]),
    ...environmentFile(profile, env),
  ].flatMap((entry) => fitted(entry, layout));
}

/** Directories that are there keep their modes where they only lead to what is injected, or are its place. */
function* injected(
  scope: Scope,
  { from, to, exclude = [] }: Injection,
  layout: Layout,
): Generator<CpioEntry> {
  const place = placeIn(layout, to, true);
  for (const entry of treeEntries(scope, from, { at: place, exclude, times: 'keep' })) {
    const isThere = entry.path.length <= place.length && isDirectoryIn(layout, entry.path);
    if (!isThere) yield entry;
    // A file is put into a directory, as with cp.
    else if (entry.kind !== 'directory') yield { ...entry, path: `${place}/${basename(from)}` };
  }
}

/** An entry where the guest's links lead it. */
export function fitted(entry: CpioEntry, layout: Layout): CpioEntry[] {
  const path = entry.rawPath ? entry.path : placeIn(layout, entry.path);
  const kind = layout.kinds.get(path);
  // In the place of a link to a directory: what is in this one comes behind the link.
  if (entry.kind === 'directory' && kind === 'symlink' && isDirectoryIn(layout, path)) return [];
  const placed = { ...entry, path };
  // The kernel writes into a file that is there, and so into all of its other names: a link takes it away first.
  return entry.kind === 'file' && kind === 'file'
    ? [{ kind: 'symlink', path, target: '/' }, placed]
    : [placed];
}
