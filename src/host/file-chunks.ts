import { createReadStream } from 'node:fs';
import { awaiting, type Scope } from '../base/scope.ts';

export interface ChunkOptions {
  /** Is called with the bytes that whoever reads is done with, 0 at first. */
  told?: (bytes: number) => void;
  /** A part of the file; all of it if not given. */
  offset?: number;
  length?: number;
  /** Of the open file, where there is one; it stays open. */
  descriptor?: number;
}

/** Large enough that the reading costs nothing, small enough that progress of packed data is seen. */
const chunk = 2 ** 18;

/** The bytes of a file, piece by piece. @throws `interrupted`, `timeout` */
export async function* fileChunks(
  scope: Scope,
  file: string,
  options: ChunkOptions = {},
): AsyncGenerator<Buffer> {
  const { told = () => {}, offset = 0, length, descriptor } = options;
  if (length === 0) return;
  const stream = createReadStream(file, {
    highWaterMark: chunk,
    start: offset,
    end: length === undefined ? Number.POSITIVE_INFINITY : offset + length - 1,
    ...(descriptor !== undefined && { fd: descriptor, autoClose: false }),
  });
  let bytes = 0;
  told(bytes);
  for await (const piece of stream) {
    scope.check(awaiting(`the content of ${file}`));
    yield piece as Buffer;
    bytes += (piece as Buffer).length;
    told(bytes);
  }
}
