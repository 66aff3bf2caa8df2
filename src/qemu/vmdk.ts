import type { FileBytes } from '../host/file-bytes.ts';
import { cutOff, unreadable, unsafe, type Verdict } from './verdict.ts';

/**
 * The header of a sparse extent, little-endian, which may hold the descriptor too: a text that says of which files
 * the disk is made. Source: VMware, Virtual Disk Format 5.0; what QEMU makes of it: block/vmdk.c.
 */
const sector = 512;
const offsets = { capacity: 12, descriptor: 28, descriptorSectors: 36, grainDirectory: 56 };

/** In the place of the grain directory: the header that counts is in the footer, before the end marker. */
const atEnd = 0xffff_ffff_ffff_ffffn;
const footerFromEnd = 2 * sector;

/** QEMU looks for a parent in the twenty sectors behind the first, wherever the descriptor is said to be. */
const descriptorPlace = sector;
const descriptorLength = 20 * sector;
const longestDescriptor = 2 ** 20;

const otherFiles = 'it is a VMDK that is made of other files';

export function judgeVmdk(file: FileBytes): Verdict | undefined {
  const header = file.at(0, sector);
  if (header.toString('latin1', 0, 4) !== 'KDMV') return unsafe(otherFiles);
  if (header.length < sector) return cutOff(sector, file.size);
  const headers = [header];
  if (header.readBigUInt64LE(offsets.grainDirectory) === atEnd) {
    const footer = file.at(file.size - footerFromEnd, sector);
    if (footer.toString('latin1', 0, 4) !== 'KDMV')
      return unreadable('it is cut off: the footer at its end is missing');
    headers.push(footer);
  }
  // Without a capacity QEMU takes the descriptor's extents, whatever files those are.
  if (headers.some((one) => one.readBigUInt64LE(offsets.capacity) === 0n)) return unsafe(otherFiles);
  const texts = [
    file.at(descriptorPlace, descriptorLength).toString('latin1'),
    ...headers.map((one) => descriptorOf(file, one)),
  ];
  if (texts.some((text) => text.includes('parentFileNameHint')))
    return unsafe('it is a VMDK that holds only what differs from another file');
  return judgeDescriptor(texts[1] ?? '');
}

function descriptorOf(file: FileBytes, header: Buffer): string {
  const place = Number(header.readBigUInt64LE(offsets.descriptor)) * sector;
  const length = Number(header.readBigUInt64LE(offsets.descriptorSectors)) * sector;
  return file.at(place, Math.min(length, longestDescriptor)).toString('latin1');
}

/** The file itself must be the only extent. One that has no descriptor is one. */
export function judgeDescriptor(descriptor: string): Verdict | undefined {
  const text = descriptor.replace(/\0.*$/s, '');
  const type = /^[ \t]*createType[ \t]*=[ \t]*"?([^"\r\n]*)"?/m.exec(text)?.[1];
  if (type !== undefined && type !== 'monolithicSparse' && type !== 'streamOptimized')
    return unsafe(`${otherFiles} (${type})`);
  const extents = text.match(/^[ \t]*(RW|RDONLY|NOACCESS)[ \t].*$/gm) ?? [];
  const sparse = extents.filter((line) => /^[ \t]*RW[ \t]+\d+[ \t]+SPARSE[ \t]+"[^"/]*"\s*$/.test(line));
  return extents.length > 1 || sparse.length < extents.length ? unsafe(otherFiles) : undefined;
}
