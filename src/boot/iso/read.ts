import { dirname } from 'node:path/posix';
import type { Scope } from '../../base/scope.ts';
import { type IsoContents, openContents, readBytes } from './contents.ts';
import { bootsBy } from './el-torito.ts';
import type { IsoBoot, IsoKind, IsoRoot } from './iso.ts';
import { fileSystemOf, kindOf, rootFileOf } from './kind.ts';
import { liveLayers } from './live-layers.ts';
import { readMenus } from './menus.ts';

/**
 * What an ISO holds that can be booted, read by xorriso (and mtools, where its menu is in its EFI boot image
 * alone) without mounting anything.
 * @throws `file-missing`, `iso-unfit` where it is none or is cut off, `tool-missing`, `command-failed`
 */
export async function readIso(scope: Scope, file: string): Promise<IsoBoot> {
  using iso = await openContents(scope, file);
  return await bootOf(scope, iso);
}

export async function bootOf(scope: Scope, iso: IsoContents): Promise<IsoBoot> {
  const { label, listing, images } = iso;
  const kind = kindOf(listing);
  const menus = await readMenus(scope, iso);
  const root = rootOf(iso, kind);
  const timeout = menus[0]?.timeout;
  return {
    label,
    kind,
    entries: menus.flatMap(({ source, entries }) => entries.map((entry) => ({ ...entry, source }))),
    ...(root && { root }),
    ...(timeout !== undefined && { timeout }),
    boots: bootsBy(images),
  };
}

function rootOf(iso: IsoContents, kind: IsoKind): IsoRoot | undefined {
  const file = rootFileOf(kind, iso.listing);
  const format = file && fileSystemOf(readBytes(iso, file, 2048));
  if (!format) return undefined;
  const layers = kind === 'debian-live' ? liveLayers(iso, dirname(file.path)) : [];
  return { format, path: file.path, ...(layers.length > 1 && { layers }) };
}

/** By which firmware an ISO boots as a CD. @throws as `readIso` does */
export async function bootableBy(scope: Scope, file: string): Promise<IsoBoot['boots']> {
  using iso = await openContents(scope, file);
  return bootsBy(iso.images);
}
