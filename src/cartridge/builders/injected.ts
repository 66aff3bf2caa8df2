import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Scope } from '../../base/scope.ts';
import { type CpioEntry, cpio } from '../../boot/cpio.ts';
import { treeEntries } from '../../boot/initramfs/tree-entries.ts';
import { environmentFile, profile } from '../../boot/live/job-files.ts';
import type { Cartridge } from '../cartridge.ts';
import type { Injection } from '../injections.ts';

/**
 * Writes what a cartridge puts into its system as an archive, to be unpacked in the system's tree by busybox, which
 * makes what directories are missing and leaves links to directories as they are. All of it becomes root's.
 * @throws `file-missing`
 */
export async function writeInjected(
  scope: Scope,
  { inject, env }: Pick<Cartridge, 'inject' | 'env'>,
  to: string,
): Promise<void> {
  const entries = [...inject.flatMap((it) => [...injected(scope, it)]), ...environmentFile(profile, env)];
  await pipeline(cpio(entries), createWriteStream(to));
}

/** Without the directories that lead there: one that the system has keeps its mode. */
function* injected(scope: Scope, { from, to, exclude }: Injection): Generator<CpioEntry> {
  const place = to.split('/').filter((part) => part !== '');
  for (const entry of treeEntries(scope, from, { at: to, exclude, times: 'keep' })) {
    if (entry.kind !== 'directory' || entry.path.split('/').length > place.length) yield entry;
  }
}
