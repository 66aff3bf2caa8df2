import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { awaiting, type Scope } from '../../base/scope.ts';
import type { FileBytes } from '../../host/file-bytes.ts';
import { pipeTool } from '../../host/pipe-tool.ts';
import { packedEnd } from './packed-end.ts';
import { magicLength, packingAt, type SegmentPacking, unpackers } from './packings.ts';

export interface PackedPart {
  bytes: FileBytes;
  /** The path of that, named in errors. */
  file: string;
  packing: Exclude<SegmentPacking, 'none'>;
  start: number;
  /** Makes the error for a problem with what is packed. */
  fail: (problem: string) => Error;
  /** Whether what has come by now is complete. */
  complete: () => boolean;
}

/** A part of a file, as it is once it is unpacked. */
export interface Unpacked {
  /** To be returned from where it is not read to its end. */
  chunks: AsyncGenerator<Buffer, void>;
  /** Where in the file the frame that is being read begins; when all has been read, where the last one ends. */
  end(): number;
}

/**
 * Unpacks what begins at a byte: one frame, and others of its packing that follow without a gap until what comes out
 * of them is complete.
 * @throws what `fail` makes, `tool-missing`, `interrupted`, `timeout`
 */
export function unpacked(scope: Scope, part: PackedPart): Unpacked {
  const { bytes, packing, complete } = part;
  let at = part.start;
  async function* chunks(): AsyncGenerator<Buffer, void> {
    do {
      at = yield* packing === 'gzip' ? gunzipped(scope, part, at) : byTool(scope, part, packing, at);
    } while (!complete() && packingAt(bytes.at(at, magicLength)) === packing);
  }
  return { chunks: chunks(), end: () => at };
}

/** Bytes that are fed at once. */
const piece = 2 ** 18;

async function* pieces(
  scope: Scope,
  { bytes, file }: PackedPart,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += piece) {
    scope.check(awaiting(`the end of ${file}`));
    yield bytes.at(at, Math.min(piece, end - at));
  }
}

/** @returns where it ends */
async function* byTool(
  scope: Scope,
  part: PackedPart,
  packing: Exclude<SegmentPacking, 'none' | 'gzip'>,
  start: number,
): AsyncGenerator<Buffer, number> {
  const { bytes, file, fail, complete } = part;
  const end = packedEnd(bytes, packing, start);
  if (end === undefined) throw fail(`its ${packing} data are cut off`);
  const [command = '', ...args] = unpackers[packing];
  const tool = pipeTool(scope, command, args, `Reading ${file}`);
  try {
    const feeding = pipeline(pieces(scope, part, start, end), tool.stdin);
    feeding.catch(() => {}); // the tool's end tells
    yield* tool.stdout as AsyncIterable<Buffer>;
    const { code, said } = await tool.ended;
    scope.check();
    // What is behind data of these would have to be told from them.
    const vague = packing === 'lzma' || packing === 'lzo';
    if (code !== 0 && !(vague && complete())) {
      throw fail(`its ${packing} data are damaged${said.length > 0 ? ` (${said[0]})` : ''}`);
    }
    return end;
  } finally {
    tool.kill();
  }
}

/** @returns where it ends */
async function* gunzipped(scope: Scope, part: PackedPart, start: number): AsyncGenerator<Buffer, number> {
  const { bytes, fail } = part;
  const data = gzipData(bytes, start);
  if (data === undefined) throw fail('its gzip data are cut off');
  const inflate = createInflateRaw({ chunkSize: 2 ** 18 });
  const feeding = pipeline(pieces(scope, part, data, bytes.size), inflate);
  feeding.catch(() => {}); // whoever reads is told
  let sum = 0;
  let size = 0;
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      size = (size + chunk.length) % 2 ** 32;
      yield chunk;
    }
  } catch (error) {
    scope.check();
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw fail(`its gzip data are damaged (${(error as Error).message})`);
  } finally {
    inflate.destroy();
  }
  const end = data + inflate.bytesWritten;
  const tail = bytes.at(end, 8);
  if (tail.length < 8) throw fail('its gzip data are cut off');
  if (tail.readUInt32LE() !== sum || tail.readUInt32LE(4) !== size) {
    throw fail('its gzip data are damaged (their checksum is another)');
  }
  return end + 8;
}

/** Where the data of a gzip member begin: RFC 1952, 2.3. */
function gzipData(bytes: FileBytes, start: number): number | undefined {
  const flags = bytes.at(start, 10)[3];
  if (flags === undefined) return undefined;
  let at = start + 10;
  if (flags & 4) {
    const extra = bytes.at(at, 2);
    if (extra.length < 2) return undefined;
    at += 2 + extra.readUInt16LE();
  }
  for (const text of [8, 16]) {
    if (!(flags & text)) continue;
    const end = bytes.at(at, 4096).indexOf(0);
    if (end < 0) return undefined;
    at += end + 1;
  }
  return at + (flags & 2 ? 2 : 0);
}
