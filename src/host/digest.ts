import { createHash } from 'node:crypto';
import { type ChunkOptions, fileChunks } from './file-chunks.ts';

/** A digest of a file's content; `hex` in lower case. */
export interface Digest {
  algorithm: 'sha256' | 'sha512';
  hex: string;
}

/** Digests what a file holds. */
export async function digestFile(
  file: string,
  algorithm: Digest['algorithm'],
  options: ChunkOptions,
): Promise<{ hex: string; bytes: number }> {
  const hash = createHash(algorithm);
  let bytes = 0;
  for await (const chunk of fileChunks(file, options)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { hex: hash.digest('hex'), bytes };
}
