import type { FileBytes } from '../host/file-bytes.ts';

/** A regular file in an archive. Its name is what the archive says, fit for comparing and showing only. */
export interface TarFile {
  name: string;
  /** Where its content lies in the archive. */
  offset: number;
  size: number;
}

const block = 512;

/** What a header of an archive's own may hold: a long name. */
const longestExtra = 2 ** 16;

/** No archive of an appliance has as many. */
const mostEntries = 10_000;

/**
 * The regular files of an archive; links, devices and directories are passed over. Source: POSIX pax(1), ustar
 * and pax interchange format; GNU's `L` for long names and base 256 for large sizes.
 * @throws RangeError where it is cut off, or is none
 */
export function* tarFiles(archive: FileBytes): Generator<TarFile> {
  let next: { name?: string; size?: number } = {};
  let offset = 0;
  for (let count = 0; count < mostEntries; count++) {
    const header = archive.at(offset, block);
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    if (header.length < block || !hasRightSum(header)) throw new RangeError('one of its headers is damaged');
    const size = next.size ?? number(header, 124, 12);
    const content = offset + block;
    if (!Number.isSafeInteger(size) || content + size > archive.size)
      throw new RangeError(`it is cut off: ${archive.size} bytes of at least ${content + size}`);
    const type = header.toString('latin1', 156, 157);
    if (type === 'x' || type === 'L') {
      const extra = archive.at(content, Math.min(size, longestExtra)).toString();
      next =
        type === 'L' ? { ...next, name: extra.replace(/\0.*$/s, '') } : { ...next, ...paxRecords(extra) };
    } else {
      if (type === '0' || type === '\0') yield { name: next.name ?? nameIn(header), offset: content, size };
      next = {};
    }
    offset = content + Math.ceil(size / block) * block;
  }
  throw new RangeError('it has too many entries');
}

function nameIn(header: Buffer): string {
  const prefix = text(header, 345, 155);
  const name = text(header, 0, 100);
  // GNU's own format has other things in the place of the prefix.
  return header.toString('latin1', 257, 263) === 'ustar\0' && prefix ? `${prefix}/${name}` : name;
}

function text(header: Buffer, at: number, length: number): string {
  return header
    .subarray(at, at + length)
    .toString()
    .replace(/\0.*$/s, '');
}

/** Octal digits, or with the first bit set a big-endian number. */
function number(header: Buffer, at: number, length: number): number {
  if ((header[at] as number) < 0x80) return Number.parseInt(text(header, at, length).trim() || '0', 8);
  return header.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, 0);
}

/** The sum of all bytes, those of the sum itself taken for spaces. */
function hasRightSum(header: Buffer): boolean {
  const place = { begin: 148, end: 156 };
  const sum = header.reduce(
    (total, byte, index) => total + (index >= place.begin && index < place.end ? 32 : byte),
    0,
  );
  return sum === number(header, place.begin, 8);
}

/** Records `LENGTH KEY=VALUE\n`. */
function paxRecords(extra: string): { name?: string; size?: number } {
  const value = (key: string) => new RegExp(`^\\d+ ${key}=(.*)$`, 'm').exec(extra)?.[1];
  const [name, size] = [value('path'), value('size')];
  return { ...(name !== undefined && { name }), ...(size !== undefined && { size: Number(size) }) };
}
