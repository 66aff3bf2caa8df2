import { awaiting, type Scope } from '../../base/scope.ts';
import { kindOf, longestName, trailer } from '../cpio-entry.ts';
import type { ByteReader } from './byte-reader.ts';
import type { InitramfsEntry, Segment } from './initramfs-entry.ts';

/** Where archives are read, for those who are told of them. */
export interface Place {
  /** Is told where an archive begins. */
  begin(position: number): Segment;
  /** Is told that an archive has ended. */
  ended(): void;
  fail(position: number, problem: string): Error;
  /** Something other than an archive may follow, which is left then. */
  follows: boolean;
}

const headerLength = 110;
const zero = 0x30;

/** The type of a header's beginning: without a checksum, and with one. */
const magics = ['070701', '070702'];

/**
 * The entries of cpio archives that follow one another with any number of zeros between them. A trailer ends one;
 * where the bytes end it may be missing.
 * Source of the format: Documentation/driver-api/early-userspace/buffer-format.rst of the Linux kernel.
 */
export async function* archives(
  scope: Scope,
  reader: ByteReader,
  place: Place,
): AsyncGenerator<InitramfsEntry> {
  let segment: Segment | undefined;
  for (;;) {
    scope.check(awaiting('the end of the initramfs'));
    const next = await reader.skipZeros();
    const { position } = reader;
    if (next === undefined || (next !== zero && place.follows)) return;
    if (next !== zero) throw place.fail(position, 'something stands that is no entry of an archive');
    if (position % 4 !== 0) throw place.fail(position, 'an entry begins at no multiple of four');
    const header = readHeader(await reader.take(headerLength));
    if (typeof header === 'string') throw place.fail(position, header);
    const cutOff = () => place.fail(position, 'an entry begins that is cut off');
    const nameLength = Math.ceil((headerLength + header.nameSize) / 4) * 4 - headerLength;
    const name = Buffer.from(await reader.take(nameLength)).subarray(0, header.nameSize);
    if (name.length < header.nameSize) throw cutOff();
    if (name.at(-1) !== 0) throw place.fail(position, 'an entry begins whose name has no end');
    const rawPath = name.subarray(0, name.indexOf(0));
    segment ??= place.begin(position);
    if (rawPath.toString('latin1') === trailer) {
      segment = undefined;
      place.ended();
      if ((await reader.skip(header.size)) < header.size) throw cutOff();
      continue;
    }
    const kind = kindOf(header.mode);
    if (!kind) {
      throw place.fail(
        position,
        `an entry begins whose mode is ${header.mode.toString(8)}, of which there is no kind`,
      );
    }
    const data = dataReader(reader, header);
    const entry: InitramfsEntry = {
      path: plain(rawPath.toString()),
      rawPath,
      kind,
      mode: header.mode & 0o7777,
      uid: header.uid,
      gid: header.gid,
      mtime: header.mtime,
      size: header.size,
      inode: header.inode,
      links: header.links,
      segment,
      content: async () => {
        const content = await data.content();
        if (content.length < header.size) throw cutOff();
        return content;
      },
    };
    if (kind === 'symlink') {
      if (header.size >= longestName) throw place.fail(position, 'a link begins whose target is too long');
      entry.target = (await entry.content()).toString();
    }
    if (kind === 'character' || kind === 'block') {
      entry.major = header.major;
      entry.minor = header.minor;
    }
    yield entry;
    const end = await data.end();
    if (end === 'cut off') throw cutOff();
    if (end === 'damaged') throw place.fail(position, `${entry.path} begins, whose checksum is another`);
  }
}

interface Header {
  inode: number;
  mode: number;
  uid: number;
  gid: number;
  links: number;
  mtime: number;
  size: number;
  major: number;
  minor: number;
  nameSize: number;
  /** The sum of all bytes of a file, where the format has one. */
  sum: number | undefined;
}

/** @returns what is wrong, if anything is */
function readHeader(bytes: Buffer): Header | string {
  const text = bytes.toString('latin1');
  const magic = text.slice(0, 6);
  if (magic === '070707')
    return 'an archive begins in the old portable format of cpio, which no kernel reads';
  if (bytes.length < headerLength) return 'an entry begins that is cut off';
  if (!magics.includes(magic) || !/^[0-9a-fA-F]+$/.test(text)) return 'something stands that is no entry';
  const field = (index: number) => Number.parseInt(text.slice(6 + index * 8, 14 + index * 8), 16);
  const nameSize = field(11);
  if (nameSize === 0 || nameSize > longestName) return `an entry begins whose name has ${nameSize} bytes`;
  return {
    inode: field(0),
    mode: field(1),
    uid: field(2),
    gid: field(3),
    links: field(4),
    mtime: field(5),
    size: field(6),
    major: field(9),
    minor: field(10),
    nameSize,
    sum: magic === '070702' && kindOf(field(1)) === 'file' ? field(12) : undefined,
  };
}

/** Bytes of content that are held at once where it is only passed over. */
const piece = 2 ** 20;

interface DataReader {
  /** Fewer bytes than there should be where they are cut off. */
  content(): Promise<Buffer>;
  /** Passes over what has not been read. */
  end(): Promise<'whole' | 'cut off' | 'damaged'>;
}

/** The content of an entry, with the zeros that fill it up to a multiple of four. */
function dataReader(reader: ByteReader, { size, sum }: Header): DataReader {
  let left = size;
  let found = 0;
  const count = (bytes: Buffer) => {
    left -= bytes.length;
    if (sum !== undefined) for (const byte of bytes) found = (found + byte) >>> 0;
  };
  let content: Buffer | undefined;
  return {
    content: async () => {
      if (content) return content;
      if (left < size) throw new Error('the content of an entry was asked for when it was over');
      content = await reader.take(size);
      count(content);
      return content;
    },
    end: async () => {
      if (sum === undefined && left > 0) left -= await reader.skip(left);
      while (sum !== undefined && left > 0) {
        const bytes = await reader.take(Math.min(left, piece));
        if (bytes.length === 0) break;
        count(bytes);
      }
      if (left > 0) return 'cut off';
      await reader.skip((4 - (size % 4)) % 4);
      left = -1;
      return sum === undefined || sum === found ? 'whole' : 'damaged';
    },
  };
}

/** A path as it is spoken of, whether it was packed as `./etc` or `/etc`. */
const plain = (path: string): string => path.replace(/^(?:\.?\/+)+(?=.)/, '');
