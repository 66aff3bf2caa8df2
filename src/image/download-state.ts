import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errnoOf } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { type Reply, shown } from '../host/http.ts';

/** In the directory of a download: what has come so far, and what the server said of it. */
const partFile = 'part';
const stateFile = 'state.json';

/** What tells that a file on the server is still the one of which a part is here (RFC 9110, 13.1.5). */
const stateSchema = z.object({
  url: z.string(),
  etag: z.optional(z.string()),
  lastModified: z.optional(z.string()),
  length: z.optional(z.number()),
});
export type DownloadState = z.infer<typeof stateSchema>;

export const partPath = (directory: string): string => join(directory, partFile);

/** Bytes that have come. */
export const partLength = (directory: string): number =>
  statSync(partPath(directory), { throwIfNoEntry: false })?.size ?? 0;

/** Whether a download had come to its end before; what it is has to be told by a digest. */
export function isWhole(directory: string): boolean {
  const length = readState(directory)?.length;
  return length !== undefined && partLength(directory) === length;
}

export function discard(directory: string): void {
  for (const file of [partFile, stateFile]) rmSync(join(directory, file), { force: true });
}

export function newState(url: URL, { headers }: Reply): DownloadState {
  const { etag, 'last-modified': lastModified, 'content-length': length } = headers;
  return {
    url: shown(url),
    ...(etag !== undefined && !etag.startsWith('W/') && { etag }), // a weak one does not tell bytes apart
    ...(lastModified !== undefined && { lastModified }),
    ...(length !== undefined && { length: Number(length) }),
  };
}

export function readState(directory: string): DownloadState | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(readFileSync(join(directory, stateFile), 'utf8'))).data;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** It can be lost in a crash of the host: then the download begins anew. */
export function writeState(directory: string, state: DownloadState): void {
  writeFileAtomic(join(directory, stateFile), JSON.stringify(state), { durable: false });
}
