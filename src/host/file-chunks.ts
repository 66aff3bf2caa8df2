import { createReadStream } from 'node:fs';

export interface ChunkOptions {
  /** Stops the reading with its reason. */
  signal: AbortSignal;
  /** Is called with the bytes read so far, when whoever reads is done with them. */
  told?: (bytes: number) => void;
  /** A part of the file; all of it if not given. */
  offset?: number;
  length?: number;
  /** Of the open file, where there is one; it stays open. */
  descriptor?: number;
}

/** The bytes of a file, in pieces large enough that reading costs nothing beside what is done with them. */
export async function* fileChunks(file: string, options: ChunkOptions): AsyncGenerator<Buffer> {
  const { signal, told = () => {}, offset = 0, length, descriptor } = options;
  if (length === 0) return;
  const stream = createReadStream(file, {
    highWaterMark: 2 ** 20,
    start: offset,
    end: length === undefined ? Number.POSITIVE_INFINITY : offset + length - 1,
    ...(descriptor !== undefined && { fd: descriptor, autoClose: false }),
  });
  let bytes = 0;
  for await (const chunk of stream) {
    signal.throwIfAborted();
    yield chunk as Buffer;
    bytes += (chunk as Buffer).length;
    told(bytes);
  }
}
