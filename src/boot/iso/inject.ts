import { rename } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Scope } from '../../base/scope.ts';
import { Undo } from '../../base/undo.ts';
import { removeDirectory } from '../../host/remove-directory.ts';
import type { Additions } from '../live/additions.ts';
import { type IsoContents, openContents } from './contents.ts';
import { type Draft, newDraft, withoutDraft } from './inject/draft.ts';
import { initrdChanges } from './inject/initrds.ts';
import { moduleChanges } from './inject/module.ts';
import { plainChanges } from './inject/plain.ts';
import { type IsoChange, rewriteIso } from './inject/rewrite.ts';
import type { IsoBoot, IsoKind } from './iso.ts';
import { rootFileOf } from './kind.ts';
import { bootOf } from './read.ts';

export interface InjectRequest extends Pick<Additions, 'inject' | 'env'> {
  /** The finished ISO. */
  iso: string;
  /** The one to be written; may be the same. */
  to: string;
}

export interface Injected {
  kind: IsoKind;
  means: Means;
  /** The files of the ISO that are new or changed. */
  paths: string[];
}

/**
 * How what is injected comes into the running system: as a module that the live system lays over its root, by the
 * initrd, or not at all, and is found on the medium.
 */
export type Means = 'module' | 'initrd' | 'files';

/**
 * Puts trees of the host and an environment into a finished ISO: they are found at their places in the system that
 * runs from it, and it boots as before. What an earlier call has put there is replaced. `to` is whole at the end, or
 * as it was.
 * @throws `file-missing`, `iso-unfit`, `initrd-unfit` where the system cannot be brought anything, `disk-full`,
 * `file-unwritable`, `tool-missing`, `command-failed`, `interrupted`
 */
export async function injectIntoIso(scope: Scope, request: InjectRequest): Promise<Injected> {
  const { iso: file, to, inject, env } = request;
  using iso = await openContents(scope, file);
  const boot = await bootOf(scope, iso);
  await using undo = new Undo();
  const draft = await newDraft(to);
  undo.push(() => removeDirectory(draft.directory));
  scope.step('Packing what is injected');
  const additions = { inject: withoutDraft(inject, draft), env };
  const { means, changes, efi } = await changesOf(scope, iso, boot, additions, draft);
  scope.step(`Writing ${basename(to)}`);
  await rename(await rewriteIso(scope, iso, changes, draft, efi), resolve(to));
  return { kind: boot.kind, means, paths: changes.map(({ path }) => path) };
}

async function changesOf(
  scope: Scope,
  iso: IsoContents,
  boot: IsoBoot,
  additions: Additions,
  draft: Draft,
): Promise<{ means: Means; changes: IsoChange[]; efi?: string }> {
  if (boot.kind === 'unknown') {
    return { means: 'files', changes: await plainChanges(scope, additions, draft.directory) };
  }
  const root = boot.kind === 'debian-live' ? rootFileOf(boot.kind, iso.listing) : undefined;
  if (root) return { means: 'module', changes: await moduleChanges(scope, iso, root, additions, draft) };
  return { means: 'initrd', ...(await initrdChanges(scope, iso, boot, additions, draft)) };
}
