import { createHash } from 'node:crypto';
import type { Scope } from '../base/scope.ts';
import { type ChunkOptions, fileChunks } from './file-chunks.ts';

/** A digest of a file's content; `hex` in lower case. */
export interface Digest {
  algorithm: 'sha256' | 'sha512';
  hex: string;
}

/** Digests what a file holds. @throws `interrupted`, `timeout` */
export async function digestFile(
  scope: Scope,
  file: string,
  algorithm: Digest['algorithm'],
  options?: ChunkOptions,
): Promise<{ hex: string; bytes: number }> {
  const hash = createHash(algorithm);
  let bytes = 0;
  for await (const chunk of fileChunks(scope, file, options)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { hex: hash.digest('hex'), bytes };
}
