import { crc32 } from 'node:zlib';
import type { FileBytes } from '../../host/file-bytes.ts';
import { type FileReader, fileReader } from './byte-reader.ts';
import type { SegmentPacking } from './packings.ts';

/**
 * Where packed data end that are followed by others: the tools that unpack do not tell.
 * @returns undefined where they are cut off
 */
export function packedEnd(
  bytes: FileBytes,
  packing: Exclude<SegmentPacking, 'none' | 'gzip'>,
  start: number,
): number | undefined {
  const end = frameEnds[packing](bytes, start);
  return end !== undefined && end <= bytes.size ? end : undefined;
}

type FrameEnd = (bytes: FileBytes, start: number) => number | undefined;

const frameEnds: Record<Exclude<SegmentPacking, 'none' | 'gzip'>, FrameEnd> = {
  zstd: walked(zstdFrame),
  lz4: walked(lz4Frame),
  xz: xzStream,
  bzip2: bzip2Stream,
  // Nothing tells where these end.
  lzma: ({ size }) => size,
  lzo: ({ size }) => size,
};

/** Of a walk through a frame that reads beyond the end nothing is left. */
function walked(walk: (reader: FileReader) => boolean): FrameEnd {
  return (bytes, start) => {
    const reader = fileReader(bytes, start);
    return walk(reader) ? reader.position : undefined;
  };
}

/** RFC 8878, 3.1.1. @returns whether it is whole */
function zstdFrame(reader: FileReader): boolean {
  const descriptor = reader.take(5)[4];
  if (descriptor === undefined) return false;
  const single = (descriptor & 0x20) !== 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  if (!skipped(reader, (single ? 0 : 1) + dictionary + contentSize)) return false;
  for (let last = false; !last; ) {
    const header = reader.take(3);
    if (header.length < 3) return false;
    const block = header.readUIntLE(0, 3);
    last = (block & 1) === 1;
    const repeated = 1;
    if (!skipped(reader, ((block >> 1) & 3) === repeated ? 1 : block >> 3)) return false;
  }
  return skipped(reader, descriptor & 4 ? 4 : 0);
}

/** Bytes of the largest block of lz4's legacy frame once it is packed: LZ4_compressBound of 8 MiB. */
const largestLegacyBlock = 2 ** 23 + Math.floor(2 ** 23 / 255) + 16;

/** doc/lz4_Frame_format.md of lz4; its legacy frame has no end mark, what is no size of a block ends it. */
function lz4Frame(reader: FileReader): boolean {
  const magic = reader.take(4);
  if (magic[0] === 0x02) {
    for (;;) {
      const size = reader.take(4);
      if (size.length === 0) return true;
      const length = size.length < 4 ? 0 : size.readUInt32LE();
      if (length === 0 || length > largestLegacyBlock) {
        reader.back(size.length);
        return true;
      }
      if (!skipped(reader, length)) return false;
    }
  }
  const flags = reader.take(2)[0];
  if (flags === undefined || !skipped(reader, (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0) + 1)) return false;
  for (;;) {
    const size = reader.take(4);
    if (size.length < 4) return false;
    const length = size.readUInt32LE() & 0x7fffffff;
    if (length === 0) return skipped(reader, flags & 4 ? 4 : 0);
    if (!skipped(reader, length + (flags & 16 ? 4 : 0))) return false;
  }
}

const skipped = (reader: FileReader, length: number): boolean => reader.skip(length) === length;

/** Bytes that are searched at once. */
const stretch = 2 ** 20;

/** Every place where `pattern` is, from `start` on. */
function* places(bytes: FileBytes, pattern: Buffer, start: number): Generator<number> {
  for (let from = start; from < bytes.size; from += stretch) {
    const part = bytes.at(from, stretch + pattern.length - 1);
    for (let at = part.indexOf(pattern); at >= 0; at = part.indexOf(pattern, at + 1)) yield from + at;
  }
}

/**
 * Finds the footer of a stream, which says how long the index before it is: doc/xz-file-format.txt of xz, 2.1.2.
 * Both are a multiple of four bytes long, and have a checksum.
 */
function xzStream(bytes: FileBytes, start: number): number | undefined {
  const flags = bytes.at(start + 6, 2);
  for (const at of places(bytes, Buffer.concat([flags, Buffer.from('YZ')]), start + 12)) {
    const end = at + 4;
    const footer = bytes.at(end - 12, 12);
    if ((end - start) % 4 !== 0 || crc32(footer.subarray(4, 10)) !== footer.readUInt32LE()) continue;
    const indexSize = (footer.readUInt32LE(4) + 1) * 4;
    if (end - 12 - indexSize < start + 12) continue;
    const index = bytes.at(end - 12 - indexSize, indexSize);
    if (index[0] === 0 && crc32(index.subarray(0, -4)) === index.readUInt32LE(indexSize - 4)) return end;
  }
  return undefined;
}

/** The 48 bits that are followed by the checksum of a stream (compress.c of bzip2), at any bit of a byte. */
const bzip2End = 0x177245385090n;

function bzip2Stream(bytes: FileBytes, start: number): number | undefined {
  const ends = [0, 1, 2, 3, 4, 5, 6, 7].map((shift) => bzip2StreamAt(bytes, start, shift));
  const found = ends.filter((end) => end !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** @param shift bits of the mark's first byte that belong to what is before it */
function bzip2StreamAt(bytes: FileBytes, start: number, shift: number): number | undefined {
  const length = shift === 0 ? 6 : 7;
  const mark = bzip2End << BigInt(length * 8 - 48 - shift);
  const pattern = Buffer.from(mark.toString(16).padStart(length * 2, '0'), 'hex');
  const known = shift === 0 ? pattern : pattern.subarray(1, -1);
  for (const at of places(bytes, known, start + 4)) {
    const from = shift === 0 ? at : at - 1;
    const there = bytes.at(from, length);
    if (there.length < length) continue;
    const bits = BigInt(`0x${there.toString('hex')}`) >> BigInt(length * 8 - 48 - shift);
    if ((bits & 0xffffffffffffn) === bzip2End) return from + Math.ceil((shift + 48 + 32) / 8);
  }
  return undefined;
}
