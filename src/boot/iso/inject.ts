import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { Undo } from '../../base/undo.ts';
import { isAbandoned, temporaryName } from '../../host/atomic-file.ts';
import { removeDirectory } from '../../host/remove-directory.ts';
import type { Additions } from '../live/additions.ts';
import { type IsoContents, openContents } from './contents.ts';
import { efiFiles } from './efi-image.ts';
import { injectIntoInitrd } from './inject/initrd.ts';
import { moduleChanges } from './inject/module.ts';
import { plainChanges } from './inject/plain.ts';
import { type IsoChange, rewriteIso } from './inject/rewrite.ts';
import { efiPrefix, type IsoBoot, type IsoEntry, type IsoKind } from './iso.ts';
import { rootFileOf } from './kind.ts';
import { bootOf } from './read.ts';
import { copyOut } from './take.ts';

export interface InjectRequest extends Pick<Additions, 'inject' | 'env'> {
  /** The finished ISO. */
  iso: string;
  /** The one to be written; may be the same. */
  to: string;
}

export interface Injected {
  kind: IsoKind;
  /**
   * How it comes into the running system: as a module that the live system lays over its root, by the initrd, or
   * not: as files of the medium.
   */
  means: Means;
  /** The files of the ISO that are new or changed; of the medium, only their number would tell more. */
  paths: string[];
}

export type Means = 'module' | 'initrd' | 'files';

/** Of the kinds that are known, how each is injected into. */
const meansOf = (kind: IsoKind): Means => {
  if (kind === 'debian-live') return 'module';
  return kind === 'unknown' ? 'files' : 'initrd';
};

/**
 * Puts trees of the host and an environment into a finished ISO: they are found at their places in the system that
 * runs from it, and it boots as before. What an earlier call has put there is replaced. `to` is whole at the end, or
 * as it was.
 * @throws `file-missing`, `iso-unfit`, `initrd-unfit` where the system cannot be brought anything, `disk-full`,
 * `file-unwritable`, `tool-missing`, `command-failed`, `interrupted`
 */
export async function injectIntoIso(
  scope: Scope,
  { iso: file, to, inject, env }: InjectRequest,
): Promise<Injected> {
  using iso = await openContents(scope, file);
  const boot = await bootOf(scope, iso);
  await using undo = new Undo();
  const scratch = await scratchFor(to);
  undo.push(() => removeDirectory(scratch));
  scope.step('Packing what is injected');
  const means = meansOf(boot.kind);
  const changes = await changesOf(scope, { iso, boot, means, scratch, additions: { inject, env } });
  scope.step(`Writing ${basename(to)}`);
  const written = join(scratch, 'iso');
  await rewriteIso(scope, iso, changes, { to: written, scratch });
  await rename(written, resolve(to));
  return { kind: boot.kind, means, paths: changes.map(({ path }) => path) };
}

interface Work {
  iso: IsoContents;
  boot: IsoBoot;
  means: Means;
  scratch: string;
  additions: Additions;
}

async function changesOf(scope: Scope, { iso, boot, means, scratch, additions }: Work): Promise<IsoChange[]> {
  if (means === 'files') return await plainChanges(scope, additions, scratch);
  const root = means === 'module' ? rootFileOf(boot.kind, iso.listing) : undefined;
  if (root) return await moduleChanges(scope, iso, root, additions, scratch);
  return await initrdChanges(scope, { iso, boot, means, scratch, additions });
}

/** The last initrd of each entry brings it: those before are for the processor. */
async function initrdChanges(scope: Scope, { iso, boot, scratch, additions }: Work): Promise<IsoChange[]> {
  const last = ({ initrds }: IsoEntry) => initrds.at(-1);
  const paths = [...new Set(boot.entries.map(last))].filter((path) => path !== undefined);
  const inIso = paths.filter((path) => !path.startsWith(efiPrefix));
  const inEfi = await efiFiles(scope, iso, inIso);
  if (inEfi.length > 0 || inIso.length < paths.length) {
    scope.warn(
      `Booted by UEFI, ${iso.file} takes its initrd from a partition of its own, which stays as it is.`,
    );
  }
  if (inIso.length === 0) {
    throw new VivariumError('iso-unfit', {
      file: iso.file,
      problem: 'has no initrd that could bring anything',
    });
  }
  const changes: IsoChange[] = [];
  for (const [index, path] of inIso.entries()) {
    const from = join(scratch, `initrd.${index}`);
    const found = iso.listing.find(path);
    if (found) await copyOut(scope, iso, found, from);
    // The Debian installer is all in its initramfs.
    const stays = boot.kind === 'debian-installer';
    await injectIntoInitrd(scope, from, stays ? 'initramfs' : 'elsewhere', additions);
    changes.push({ kind: 'file', path, from, mode: 0o444 });
  }
  return changes;
}

/** A directory beside the file to be written; what killed calls have left there is removed. */
async function scratchFor(to: string): Promise<string> {
  const [directory, name] = [dirname(resolve(to)), basename(to)];
  if (!existsSync(directory)) {
    throw new VivariumError('file-unwritable', { file: to, problem: 'there is no such directory' });
  }
  for (const left of readdirSync(directory)) {
    if (left.startsWith(`.${name}.`) && isAbandoned(left)) await removeDirectory(join(directory, left));
  }
  const scratch = temporaryName(resolve(to));
  await mkdir(scratch, { mode: 0o700 });
  return scratch;
}
