const mebibyte = 2 ** 20;
const block = 4096;

/** Where the two partitions of an image's disk lie, in MiB. */
export interface DiskLayout {
  /** Of the EFI system partition, which begins behind the first MiB. */
  esp: number;
  /** Of the root partition, which comes behind it. */
  root: number;
  rootStart: number;
  /** Of the whole disk; the last MiB holds the copy of the partition table. */
  disk: number;
}

/** Room for the boot loader and two kernels with their initrds: an upgrade writes the new one before it removes one. */
const esp = 128;

/** A disk for a root file system that holds `content`. Pure. */
export function layoutFor(content: { blocks: number; files: number }): DiskLayout {
  const root = rootSize(content);
  const rootStart = 1 + esp;
  return { esp, root, rootStart, disk: rootStart + root + 1 };
}

/**
 * MiB of an ext4 for what is in it: its blocks, its inodes (256 bytes each, and mke2fs makes one for 16 KiB), a
 * journal, and some slack to live in until it grows.
 */
function rootSize({ blocks, files }: { blocks: number; files: number }): number {
  const inodes = Math.max(files * 16_384, blocks * block);
  const journal = 32 * mebibyte;
  return Math.ceil((inodes * 1.1 + journal + 64 * mebibyte) / mebibyte);
}

/**
 * What `find -printf '%s\n'` found, as the blocks that it takes: each file begins a block of its own, and a
 * directory has at least one.
 */
export function contentOf(sizes: string): { blocks: number; files: number } {
  let blocks = 0;
  let files = 0;
  for (const line of sizes.split('\n')) {
    if (line === '') continue;
    blocks += Math.ceil(Number(line) / block);
    files++;
  }
  return { blocks, files };
}

/** The input of sfdisk(8): a GPT whose partitions the firmware, systemd-repart and fstab find by type and name. */
export function partitionTable({ esp, root, rootStart }: DiskLayout): string {
  const sectors = mebibyte / 512;
  const rootOfX86 = '4f68bce3-e8cd-4db1-96e7-fbcaf984b709'; // the Discoverable Partitions Specification
  return `label: gpt
start=${sectors}, size=${esp * sectors}, type=uefi, name=esp
start=${rootStart * sectors}, size=${root * sectors}, type=${rootOfX86}, name=root
`;
}
