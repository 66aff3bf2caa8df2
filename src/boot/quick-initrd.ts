import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { roundSize } from '../base/sizes.ts';
import { type FileBytes, openBytes } from '../host/file-bytes.ts';
import { fileChunks } from '../host/file-chunks.ts';
import { fileReader } from './initramfs/byte-reader.ts';
import { magicLength, packingAt } from './initramfs/packings.ts';
import { readInitramfs } from './initramfs/read.ts';
import { unpacked } from './initramfs/unpacked.ts';
import { type QuickFile, quickFile } from './quick-files.ts';

/** Packed bytes below which a guest is done with them soon enough. */
const little = 2 ** 20;

/** Unpacked bytes up to which a guest is likely to have the memory for them twice. */
const much = 192 * 2 ** 20;

/**
 * An initramfs that the guest need not unpack, which takes it seconds where a host needs a tenth of that. What comes
 * first and is not packed, microcode for one, stays as it is. One that is quickly unpacked, or large, is left alone.
 */
export async function quickInitrd(scope: Scope, cache: string, file: string): Promise<QuickFile> {
  return await quickFile(scope, { cache, file, suffix: '.initrd-1' }, async (draft) => {
    try {
      const start = await packedStart(scope, file);
      if (start === undefined) return 'it is not packed, or quickly unpacked';
      using bytes = openBytes(file);
      if (bytes.size - start < little) return `it has less than ${roundSize(little)}`;
      await pipeline(unpackedFrom(scope, file, bytes, start), createWriteStream(draft));
      return undefined;
    } catch (error) {
      if (error instanceof TooLarge) return `it unpacks to more than ${roundSize(much)}`;
      // The kernel has to say what is wrong with it.
      if (isVivariumError(error, 'initramfs-unreadable')) return error.message;
      throw error;
    }
  });
}

class TooLarge extends Error {}

/** Where the first part begins that is slow to unpack. */
async function packedStart(scope: Scope, file: string): Promise<number | undefined> {
  for await (const { segment } of readInitramfs(scope, file)) {
    if (segment.packing !== 'none') return segment.packing === 'lz4' ? undefined : segment.offset;
  }
  return undefined;
}

async function* unpackedFrom(
  scope: Scope,
  file: string,
  bytes: FileBytes,
  start: number,
): AsyncGenerator<Buffer> {
  yield* fileChunks(scope, file, { length: start });
  const fail = (problem: string) =>
    new VivariumError('initramfs-unreadable', { file, offset: start, problem });
  let length = start;
  for (let at = start; ; ) {
    const reader = fileReader(bytes, at);
    if (reader.skipZeros() === undefined) return;
    at = reader.position;
    yield Buffer.alloc(-length & 3); // each archive begins at a multiple of four
    const packing = packingAt(bytes.at(at, magicLength));
    if (packing === undefined || packing === 'none') {
      yield* fileChunks(scope, file, { offset: at });
      return;
    }
    const part = unpacked(scope, { bytes, file, packing, start: at, fail, complete: () => false });
    for await (const chunk of part.chunks) {
      length += chunk.length;
      if (length > much) throw new TooLarge();
      yield chunk;
    }
    at = part.end();
  }
}
