import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { errnoOf, VivariumError } from '../../base/errors.ts';
import { awaiting, type Scope } from '../../base/scope.ts';
import { Undo } from '../../base/undo.ts';
import { temporaryName } from '../../host/atomic-file.ts';
import { cutOff, type IsoContents, openContents } from './contents.ts';
import { copyFromEfi } from './efi-image.ts';
import { efiPrefix } from './iso.ts';
import type { IsoFile } from './listing.ts';

/**
 * Copies files out of an ISO.
 * @param paths as `readIso` names them, each with the file of the host to be written; all are there at the end, or
 * none is changed
 * @throws `iso-unfit` where one is not in it or it is cut off, `disk-full`, `file-missing`, `interrupted`
 */
export async function takeFromIso(scope: Scope, file: string, paths: Record<string, string>): Promise<void> {
  using iso = await openContents(scope, file);
  await using undo = new Undo();
  const written: [draft: string, to: string][] = [];
  for (const [path, to] of Object.entries(paths)) {
    const draft = temporaryName(to);
    undo.push(() => rm(draft, { force: true }));
    await takeOne(scope, iso, path, draft);
    written.push([draft, to]);
  }
  for (const [draft, to] of written) await rename(draft, to);
  undo.keep();
}

async function takeOne(scope: Scope, iso: IsoContents, path: string, to: string): Promise<void> {
  if (path.startsWith(efiPrefix)) return copyFromEfi(scope, iso, path.slice(efiPrefix.length), to);
  const found = iso.listing.find(path);
  if (!found) throw new VivariumError('iso-unfit', { file: iso.file, problem: `has no file ${path}` });
  await copyOut(scope, iso, found, to);
}

/** Bytes that are read and written at once. */
const part = 2 ** 22;

/** Writes the bytes of a file of an ISO to a file of the host. @throws `iso-unfit`, `disk-full`, `interrupted` */
export async function copyOut(scope: Scope, iso: IsoContents, from: IsoFile, to: string): Promise<void> {
  await using handle = await open(to, 'wx');
  for (const { offset, length } of from.extents) {
    for (let at = 0; at < length; at += part) {
      scope.check(awaiting(`${from.path} of ${iso.file}`));
      const wanted = Math.min(part, length - at);
      const bytes = iso.bytes.at(offset + at, wanted);
      if (bytes.length < wanted) throw cutOff(iso.file, from.path);
      await write(handle, bytes, to);
    }
  }
}

async function write(handle: FileHandle, bytes: Buffer, path: string): Promise<void> {
  try {
    await handle.writeFile(bytes);
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
    throw new VivariumError('disk-full', { path, doing: 'writing it' }, { cause: error });
  }
}
