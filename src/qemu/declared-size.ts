/**
 * Where file systems and partitions say that they end, by the first bytes of a disk; 0 where none is known. A disk
 * that is cut below it cannot be mounted, whatever of it was ever written. Pure.
 * Sources: ext4 (Documentation/filesystems/ext4/super.rst of Linux), XFS (xfs_sb in xfs_format.h), btrfs
 * (btrfs_super_block in btrfs_tree.h), and the partition table of PCs, which a GPT has too.
 * @param head 128 KiB of it are enough
 */
export function declaredEnd(head: Buffer): number {
  return Math.max(0, ...[ext4End, xfsEnd, btrfsEnd, partitionsEnd].map((end) => end(head)));
}

function ext4End(head: Buffer): number {
  const superblock = 1024;
  if (head.length < superblock + 1024 || head.readUInt16LE(superblock + 0x38) !== 0xef53) return 0;
  const blockSize = 1024 * 2 ** head.readUInt32LE(superblock + 0x18);
  const wide = (head.readUInt32LE(superblock + 0x60) & 0x80) !== 0;
  const high = wide ? head.readUInt32LE(superblock + 0x150) : 0;
  return (high * 2 ** 32 + head.readUInt32LE(superblock + 0x4)) * blockSize;
}

function xfsEnd(head: Buffer): number {
  if (head.toString('latin1', 0, 4) !== 'XFSB') return 0;
  return head.readUInt32BE(4) * Number(head.readBigUInt64BE(8));
}

function btrfsEnd(head: Buffer): number {
  const superblock = 0x10000;
  if (head.toString('latin1', superblock + 0x40, superblock + 0x48) !== '_BHRfS_M') return 0;
  return Number(head.readBigUInt64LE(superblock + 0x70));
}

function partitionsEnd(head: Buffer): number {
  if (head.length < 512 || head.readUInt16LE(510) !== 0xaa55) return 0;
  const ends = [0, 1, 2, 3].map((index) => {
    const entry = 446 + index * 16;
    const used = head.readUInt8(entry + 4) !== 0;
    return used ? (head.readUInt32LE(entry + 8) + head.readUInt32LE(entry + 12)) * 512 : 0;
  });
  return Math.max(...ends);
}
