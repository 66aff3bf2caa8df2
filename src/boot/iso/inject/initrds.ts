import { join } from 'node:path';
import { VivariumError } from '../../../base/errors.ts';
import type { Scope } from '../../../base/scope.ts';
import type { Additions } from '../../live/additions.ts';
import type { IsoContents } from '../contents.ts';
import { copyFromEfi, efiFiles } from '../efi-image.ts';
import { efiPrefix, type IsoBoot } from '../iso.ts';
import { copyOut } from '../take.ts';
import type { Draft } from './draft.ts';
import { efiImageWith } from './efi.ts';
import { injectIntoInitrd } from './initrd-segment.ts';
import type { IsoChange } from './rewrite.ts';

/**
 * The initrds that bring what is added: of each entry the last, as those before it are for the processor. Where the
 * EFI boot image has initrds of its own, it is made anew, too.
 * @throws `iso-unfit` where there is none, `initrd-unfit`, `disk-full`, `tool-missing`, `command-failed`
 */
export async function initrdChanges(
  scope: Scope,
  iso: IsoContents,
  boot: IsoBoot,
  additions: Additions,
  draft: Draft,
): Promise<{ changes: IsoChange[]; efi?: string }> {
  const paths = new Set(boot.entries.flatMap(({ initrds }) => initrds.at(-1) ?? []));
  if (paths.size === 0) {
    const problem = 'has no initrd that could bring anything';
    throw new VivariumError('iso-unfit', { file: iso.file, problem, hint: 'See what it boots: vm run ISO' });
  }
  // The Debian installer is all in its initramfs.
  const root = boot.kind === 'debian-installer' ? 'initramfs' : 'elsewhere';
  const changed = new Map<string, string>();
  for (const path of paths) {
    const to = join(draft.directory, `initrd.${changed.size}`);
    const found = iso.listing.find(path);
    if (found) await copyOut(scope, iso, found, to);
    else await copyFromEfi(scope, iso, path.slice(efiPrefix.length), to);
    await injectIntoInitrd(scope, to, root, additions);
    changed.set(path, to);
  }
  const inIso = [...changed].filter(([path]) => !path.startsWith(efiPrefix));
  const changes = inIso.map(([path, from]): IsoChange => ({ kind: 'file', path, from, mode: 0o444 }));
  const inEfi = new Map([...changed].map(([path, from]) => [path.replace(efiPrefix, ''), from]));
  const known = await efiFiles(scope, iso, [...inEfi.keys()]);
  if (known.length === 0) return { changes };
  const replaced = new Map([...inEfi].filter(([path]) => known.includes(path)));
  return { changes, efi: await efiImageWith(scope, iso, replaced, draft) };
}
