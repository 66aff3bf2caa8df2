/** How an initramfs that is packed here can be compressed; each is a tool of the host. */
export const compressions = ['zstd', 'gzip', 'lz4', 'xz', 'none'] as const;
export type Compression = (typeof compressions)[number];

interface Packer {
  /** How names of files end that are compressed so. */
  suffixes: string[];
  levels: [lowest: number, highest: number];
  argv(level: number): [command: string, ...args: string[]];
}

/**
 * All read by the kernel: of lz4 it knows the legacy frame alone, of the checksums of xz the short one
 * (Documentation/staging/xz.rst). Nothing tells when or where it was packed.
 */
export const packers: Record<Exclude<Compression, 'none'>, Packer> = {
  zstd: {
    suffixes: ['.zst', '.zstd'],
    levels: [1, 22],
    argv: (level) => ['zstd', '-q', '-c', ...(level > 19 ? ['--ultra'] : []), `-${level}`],
  },
  gzip: { suffixes: ['.gz'], levels: [1, 9], argv: (level) => ['gzip', '-n', '-c', `-${level}`] },
  lz4: { suffixes: ['.lz4'], levels: [1, 12], argv: (level) => ['lz4', '-q', '-l', '-c', `-${level}`] },
  xz: {
    suffixes: ['.xz'],
    levels: [0, 9],
    argv: (level) => ['xz', '-q', '-c', '--check=crc32', `-${level}`],
  },
};

/**
 * What a file's name asks for: zstd if nothing. Every kernel since 5.9 can read that, it packs faster than the tree
 * is read, and the guest unpacks it in a tenth more time than a tree that is not packed at all.
 */
export function compressionOf(file: string): Compression {
  if (file.endsWith('.cpio')) return 'none';
  const names = Object.keys(packers) as Exclude<Compression, 'none'>[];
  return names.find((name) => packers[name].suffixes.some((suffix) => file.endsWith(suffix))) ?? 'zstd';
}
