import type { Boots } from './iso.ts';

/** A boot image of an ISO, as its El Torito catalogue names it. Offsets and lengths in bytes. */
export interface BootImage {
  platform: 'BIOS' | 'UEFI';
  offset: number;
  length: number;
  /** The file of the ISO that it is. */
  path?: string;
  /** The partition behind the file system that it is: its number, and whether a GPT names it. */
  partition?: { number: number; gpt: boolean };
}

/**
 * Reads what xorriso says to `-report_el_torito plain -report_system_area plain`; images that are marked as not
 * bootable are left out. Source of the fields: "El Torito" Bootable CD-ROM Format Specification 1.0.
 */
export function parseBootImages(text: string): BootImage[] {
  const row = /^El Torito boot img :\s+(\d+)\s+(BIOS|UEFI)\s+y\s+\S+\s+\S+\s+\S+\s+(\d+)\s+(\d+)$/gm;
  const paths = new Map(
    [...text.matchAll(/^El Torito img path :\s+(\d+)\s+(.+)$/gm)].map(([, index, path]) => [index, path]),
  );
  const partitions = partitionsOf(text);
  return [...text.matchAll(row)].map(([, index, platform, blocks, lba]) => {
    const [offset, path] = [Number(lba) * 2048, paths.get(index)];
    const partition = path === undefined ? partitions.find((it) => it.offset === offset) : undefined;
    return {
      platform: platform as BootImage['platform'],
      offset,
      length: partition?.length ?? Number(blocks) * 512,
      ...(path !== undefined && { path }),
      ...(partition && { partition: { number: partition.number, gpt: partition.gpt } }),
    };
  });
}

/** Those of a GPT first: of a hybrid medium, both tables have them. */
function partitionsOf(text: string) {
  const found = (row: RegExp, gpt: boolean) =>
    [...text.matchAll(row)].map(([, number, start, blocks]) => {
      return { number: Number(number), offset: Number(start) * 512, length: Number(blocks) * 512, gpt };
    });
  return [
    ...found(/^GPT start and size :\s+(\d+)\s+(\d+)\s+(\d+)$/gm, true),
    ...found(/^MBR partition\s+:\s+(\d+)\s+\S+\s+\S+\s+(\d+)\s+(\d+)$/gm, false),
  ];
}

export const bootsBy = (images: readonly BootImage[]): Boots => ({
  bios: images.some(({ platform }) => platform === 'BIOS'),
  uefi: images.some(({ platform }) => platform === 'UEFI'),
});
