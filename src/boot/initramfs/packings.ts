/** How a part of an initramfs can be packed, and the bytes that it begins with then (lib/decompress.c of Linux). */
const magics = {
  none: ['0707'],
  gzip: ['\x1f\x8b\x08'],
  zstd: ['\x28\xb5\x2f\xfd'],
  /** The legacy frame, which is the one that the kernel reads, and the one that lz4 writes if not told. */
  lz4: ['\x02\x21\x4c\x18', '\x04\x22\x4d\x18'],
  xz: ['\xfd7zXZ\0'],
  bzip2: ['BZh'],
  lzma: ['\x5d\0\0'],
  lzo: ['\x89LZO\0\r\n\x1a\n'],
} as const;

export type SegmentPacking = keyof typeof magics;

/** Bytes that `packingAt` has to see. */
export const magicLength = 9;

/** How what begins with `head` is packed; undefined where that is not known. */
export function packingAt(head: Buffer): SegmentPacking | undefined {
  const text = head.toString('latin1', 0, magicLength);
  const names = Object.keys(magics) as SegmentPacking[];
  return names.find((name) => magics[name].some((magic) => text.startsWith(magic)));
}

/** The host's tools that unpack; the limits are on the memory that hostile data can ask for. */
export const unpackers: Record<Exclude<SegmentPacking, 'none' | 'gzip'>, string[]> = {
  zstd: ['zstd', '--decompress', '--stdout', '--quiet', '--memory=1024MiB'],
  lz4: ['lz4', '-d', '-c', '-q'],
  xz: ['xz', '--decompress', '--stdout', '--memlimit-decompress=1GiB'],
  bzip2: ['bzip2', '--decompress', '--stdout'],
  lzma: ['xz', '--decompress', '--stdout', '--format=lzma', '--memlimit-decompress=1GiB'],
  lzo: ['lzop', '--decompress', '--stdout'],
};
