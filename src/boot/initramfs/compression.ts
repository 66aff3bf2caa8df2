import { constants, gzip, zstdCompress } from 'node:zlib';

/** How an initramfs that is packed here can be compressed. */
export const compressions = ['zstd', 'gzip', 'lz4', 'xz', 'none'] as const;
export type Compression = (typeof compressions)[number];

export interface Packer {
  /** How names of files end that are compressed so. */
  suffixes: string[];
  levels: [lowest: number, highest: number];
  /** A tool of the host that compresses what it reads. */
  tool(level: number): string[];
  /**
   * Compresses a part by itself, in another thread; the parts together are what the tool makes of the whole. Where
   * each part ends with an entry, the kernel takes it for a segment.
   */
  part?(bytes: Buffer, level: number): Promise<Buffer>;
}

/**
 * All read by the kernel: of lz4 it knows the legacy frame alone, of the checksums of xz the short one
 * (Documentation/staging/xz.rst). Nothing tells when or where it was packed.
 */
export const packers: Record<Exclude<Compression, 'none'>, Packer> = {
  zstd: {
    suffixes: ['.zst', '.zstd'],
    levels: [1, 19],
    tool: (level) => ['zstd', '-q', '-c', `-${level}`],
    part: (bytes, level) => {
      const params = {
        [constants.ZSTD_c_compressionLevel]: level,
        [constants.ZSTD_c_checksumFlag]: 1,
      };
      return inOneGo((chunkSize, done) => zstdCompress(bytes, { chunkSize, params }, done), bytes);
    },
  },
  gzip: {
    suffixes: ['.gz'],
    levels: [1, 9],
    tool: (level) => ['gzip', '-n', '-c', `-${level}`],
    part: (bytes, level) => inOneGo((chunkSize, done) => gzip(bytes, { chunkSize, level }, done), bytes),
  },
  lz4: { suffixes: ['.lz4'], levels: [1, 12], tool: (level) => ['lz4', '-q', '-l', '-c', `-${level}`] },
  xz: {
    suffixes: ['.xz'],
    levels: [0, 9],
    tool: (level) => ['xz', '-q', '-c', '--check=crc32', `-${level}`],
  },
};

type Done = (error: Error | null, result: Buffer) => void;

/** With room for all that comes out as a rule, this thread is seldom asked for more in between, when it is busy. */
function inOneGo(compress: (chunkSize: number, done: Done) => void, bytes: Buffer): Promise<Buffer> {
  const room = Math.ceil(bytes.length * 0.6) + 4096;
  return new Promise((resolve, reject) =>
    compress(room, (error, result) => (error ? reject(error) : resolve(result))),
  );
}

/**
 * What a file's name asks for: zstd if nothing. Every kernel since 5.9 can read that, it packs faster than the tree
 * is read, and the guest unpacks it in a tenth more time than a tree that is not packed at all.
 */
export function compressionOf(file: string): Compression {
  if (file.endsWith('.cpio')) return 'none';
  const names = Object.keys(packers) as Exclude<Compression, 'none'>[];
  return names.find((name) => packers[name].suffixes.some((suffix) => file.endsWith(suffix))) ?? 'zstd';
}
