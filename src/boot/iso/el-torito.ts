import type { Boots } from './iso.ts';

/** A boot image of an ISO, as its El Torito catalogue names it. Offsets and lengths in bytes. */
export interface BootImage {
  platform: 'BIOS' | 'UEFI';
  offset: number;
  length: number;
}

/**
 * Reads what xorriso says to `-report_el_torito plain`; images that are marked as not bootable are left out.
 * Source of the fields: "El Torito" Bootable CD-ROM Format Specification 1.0.
 */
export function parseBootImages(text: string): BootImage[] {
  const row = /^El Torito boot img :\s+\d+\s+(BIOS|UEFI)\s+y\s+\S+\s+\S+\s+\S+\s+(\d+)\s+(\d+)$/gm;
  return [...text.matchAll(row)].map(([, platform, blocks, lba]) => ({
    platform: platform as BootImage['platform'],
    offset: Number(lba) * 2048,
    length: Number(blocks) * 512,
  }));
}

export const bootsBy = (images: readonly BootImage[]): Boots => ({
  bios: images.some(({ platform }) => platform === 'BIOS'),
  uefi: images.some(({ platform }) => platform === 'UEFI'),
});
