import { describe, expect, test } from 'vitest';
import { contentOf, layoutFor, partitionTable } from './disk-layout.ts';

const mebibyte = 2 ** 20;

describe('what a tree takes', () => {
  test('is whole blocks, and nothing for what is empty', () => {
    expect(contentOf('0\n1\n4096\n4097\n')).toEqual({ blocks: 4, files: 4 });
  });

  test('is nothing for no tree', () => {
    expect(contentOf('')).toEqual({ blocks: 0, files: 0 });
  });
});

describe('the layout', () => {
  test.each([
    ['an empty tree', { blocks: 0, files: 0 }],
    ['few large files', { blocks: 200_000, files: 100 }],
    ['many small files', { blocks: 50_000, files: 50_000 }],
    ['more files than blocks', { blocks: 10, files: 100_000 }],
  ])('holds %s: its blocks, its inodes, a journal, and 64 MiB to live in', (_, content) => {
    const { root } = layoutFor(content);
    // mke2fs(8) makes an inode of 256 bytes for each 16 KiB.
    const inodes = (root * mebibyte) / 16_384;
    const taken = content.blocks * 4096 + inodes * 256 + 32 * mebibyte;
    expect(inodes).toBeGreaterThan(content.files);
    expect(root * mebibyte - taken).toBeGreaterThan(60 * mebibyte);
  });

  test('leaves the first MiB and the last to the partition table', () => {
    const { esp, root, rootStart, disk } = layoutFor({ blocks: 1, files: 1 });
    expect(rootStart).toBe(1 + esp);
    expect(disk).toBe(rootStart + root + 1);
    expect(Number.isInteger(disk)).toBe(true);
  });

  test('is told to sfdisk in sectors of 512 bytes', () => {
    expect(partitionTable({ esp: 128, root: 700, rootStart: 129, disk: 830 })).toBe(`label: gpt
start=2048, size=262144, type=uefi, name=esp
start=264192, size=1433600, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709, name=root
`);
  });
});
