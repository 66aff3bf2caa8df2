import { renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { constants, copyFile, type FileHandle, open } from 'node:fs/promises';
import { errnoOf, isVivariumError, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { asUnwritable } from '../../host/unwritable.ts';
import { typeBits } from '../cpio-entry.ts';
import { changesSince } from './changes.ts';
import { encodeScan } from './encoded-scan.ts';
import { isUntouchedFile, readLastPack, writeLastPack } from './last-pack.ts';
import { excludingOutput, type OutputFile, outputFile } from './output-file.ts';
import { openTree, type Packable, type TreeRequest } from './packable.ts';
import { fieldOf, type Scan, typeOf } from './scan.ts';
import { type Packing, type Write, writePacked } from './write-packed.ts';

export interface PackRequest extends TreeRequest, Packing {}

export interface FileRequest {
  file: string;
  /** Where is kept what was packed last. */
  kept: string;
  /** Pack all, even where little has changed since it was packed there last. */
  full: boolean;
}

export interface Packed {
  /** In the tree, and those of them that were packed now. */
  entries: number;
  packed: number;
  /** Of the file, or of what was packed. */
  bytes: number;
  /** Why all was packed where a part might have done. */
  reason?: string;
}

/** Packs a tree, to whoever takes it. @throws what `packToFile` throws */
export async function packTo(scope: Scope, request: PackRequest, write: Write): Promise<Packed> {
  const tree = openTree(request).look(scope);
  const told = { text: `Packing ${request.tree}`, total: sizeOf(tree.scan) };
  let bytes = 0;
  await writePacked(scope, tree.all(), request, told, async (chunk) => {
    bytes += chunk.length;
    await write(chunk);
  });
  return { entries: tree.count, packed: tree.count, bytes };
}

/**
 * Packs a tree into a file, which is what it was until it is complete. Where that holds the same tree, packed in the
 * same way, that is kept, and what has changed since is packed behind it: never more than two archives.
 * @throws `file-missing` for what cannot be read, `file-changed`, `entry-unfit`, `devices-invalid`,
 * `parameter-invalid`, `file-unwritable`, `disk-full`, `tool-missing`, `interrupted`, `timeout`
 */
export async function packToFile(
  scope: Scope,
  request: PackRequest,
  { file, kept, full }: FileRequest,
): Promise<Packed> {
  const tree = openTree(request);
  const output = outputFile(file);
  const { path, temporary } = output;
  const options = [tree.digest, request.compression, request.level].join(' ');
  const last = full || path === temporary ? undefined : readLastPack(kept, path, options);
  // While the tree is looked at, the file is copied by another thread.
  const copying = last && copyFile(path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  try {
    const began = Date.now();
    const looked = tree.look(scope, excludingOutput(tree.root, output), last?.scan);
    const changed = last && changesSince(last.scan, looked, request);
    await copying;
    const entries = looked.count;
    if (last && typeof changed === 'object' && isUntouchedFile(last)) {
      await packBehind(scope, request, { output, looked, changed }, last.base);
      keep(scope, kept, last);
      return { entries, packed: changed.length, bytes: statSync(path).size };
    }
    await write(scope, request, { output, looked });
    if (path !== temporary) renameSync(temporary, path);
    const { size: base } = statSync(path);
    const reason = typeof changed === 'string' ? { reason: changed } : {};
    if (path !== temporary)
      keep(scope, kept, { file: path, options, base, encoded: encodeScan(looked.scan, began) });
    return { entries, packed: entries, bytes: base, ...reason };
  } catch (error) {
    throw asUnwritable(error, file);
  } finally {
    await copying?.catch(() => {}); // its error is thrown above
    if (path !== temporary) rmSync(temporary, { force: true });
  }
}

/** Puts what changed in the place of what is behind the whole tree; the file has been copied. */
async function packBehind(
  scope: Scope,
  request: PackRequest,
  writing: Required<Writing>,
  base: number,
): Promise<void> {
  const { path, temporary } = writing.output;
  if (writing.changed.length === 0 && base === statSync(path).size) return;
  truncateSync(temporary, base);
  if (writing.changed.length > 0) await write(scope, request, writing);
  renameSync(temporary, path);
}

/** Without what is kept all is packed the next time, no more. */
function keep(scope: Scope, directory: string, last: Parameters<typeof writeLastPack>[1]): void {
  try {
    writeLastPack(directory, last);
  } catch (error) {
    if (!errnoOf(error) && !isVivariumError(error, 'disk-full')) throw error;
    scope.warn(`What was packed is not kept: ${(error as Error).message}`);
  }
}

interface Writing {
  output: OutputFile;
  looked: Packable;
  /** Is packed behind what is there; all of the tree is packed if not given. */
  changed?: readonly number[];
}

async function write(
  scope: Scope,
  request: PackRequest,
  { output, looked, changed }: Writing,
): Promise<void> {
  const { path, temporary } = output;
  await using to = await open(temporary, changed ? 'a' : 'w');
  const entries = changed ? looked.some(changed) : looked.all();
  const text = `Packing ${changed ? `what changed in ${request.tree}` : request.tree}`;
  const total = sizeOf(looked.scan, changed);
  await writePacked(scope, entries, request, { text, total }, (bytes) => writeAll(to, bytes, path));
}

async function writeAll(to: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; ) at += (await to.write(bytes, at)).bytesWritten;
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error;
    throw new VivariumError('disk-full', { path, doing: 'packing a tree into it' }, { cause: error });
  }
}

/** About as many bytes as the archive will have. */
function sizeOf(scan: Scan, numbers: Iterable<number> = scan.names.keys()): number {
  const header = 128;
  let bytes = 0;
  for (const number of numbers) {
    bytes += header + (typeOf(scan, number) === typeBits.file ? fieldOf(scan, number, 'size') : 0);
  }
  return bytes;
}
