import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf, VivariumError } from '../base/errors.ts';
import {
  type CpioEntry,
  type HardLink,
  type HostFile,
  longestName,
  trailer,
  typeBits,
} from './cpio-entry.ts';

export type { CpioEntry, CpioFile } from './cpio-entry.ts';

/** Bytes of a block: large enough for reading and writing to cost little. */
const usual = 2 ** 20;

/** Every archive ends at a multiple of this, as GNU cpio's do, which reads no less at once. */
const record = 512;

/** A part of an archive. */
export interface Block {
  bytes: Buffer;
  /** It ends where an entry does. */
  whole: boolean;
  /** Lets what holds the bytes be used again. */
  release(): void;
}

/** What is being filled. */
interface Archive {
  /** Its first `at` bytes are in use. */
  block: Buffer;
  at: number;
  /** Bytes of the archive before this block. */
  before: number;
  /** Of other blocks, what can be used again. */
  free: Buffer[];
  /** The number that the next file gets. */
  inode: number;
  inodes: Map<HardLink, number>;
}

/**
 * The archive of `entries` in their order, piece by piece, in the "newc" format of cpio, which the kernel unpacks
 * as its initramfs. Equal entries give equal bytes. A file of the host is never held as a whole.
 * Source of the format: Documentation/driver-api/early-userspace/buffer-format.rst of the Linux kernel.
 * @throws `file-missing`, `file-changed`; `entry-unfit` for what the format or the kernel cannot hold
 */
export async function* cpio(entries: Iterable<CpioEntry> | AsyncIterable<CpioEntry>): AsyncGenerator<Buffer> {
  for await (const { bytes } of cpioBlocks(entries, { size: usual, enough: usual })) yield bytes;
}

export interface BlockSizes {
  /** Bytes of a block at most: no entry is cut that is smaller. */
  size: number;
  /** Bytes with which a block is done where an entry ends. */
  enough: number;
}

/** The same in larger blocks. @throws what `cpio` throws */
export async function* cpioBlocks(
  entries: Iterable<CpioEntry> | AsyncIterable<CpioEntry>,
  { size, enough }: BlockSizes,
): AsyncGenerator<Block> {
  const block = Buffer.allocUnsafeSlow(size);
  const archive: Archive = { block, at: 0, before: 0, free: [], inode: 1, inodes: new Map() };
  for await (const entry of entries) {
    for (const full of append(archive, entry)) yield full;
    if (archive.at >= enough) yield finished(archive, true);
  }
  const end = { name: trailer, inode: 0, mode: 0, links: 1, size: 0, path: trailer };
  if (archive.block.length - archive.at < 2 * record) yield finished(archive, true);
  yield* writeHeader(archive, end);
  yield* fill(archive, record);
  yield finished(archive, true);
}

/** Writes an entry. @returns the blocks that it has filled */
function* append(archive: Archive, entry: CpioEntry): Generator<Block> {
  if (entry.kind === 'file' && 'file' in entry.content) {
    yield* appendHostFile(archive, entry, entry.content);
    return;
  }
  const data = dataOf(entry);
  yield* writeHeader(archive, headerOf(archive, entry, data.length));
  for (let from = 0; from < data.length; ) {
    if (archive.at === archive.block.length) yield finished(archive, false);
    const part = data.subarray(from, from + archive.block.length - archive.at);
    archive.block.set(part, archive.at);
    archive.at += part.length;
    from += part.length;
  }
  yield* fill(archive, 4);
}

const nothing = Buffer.alloc(0);

function dataOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'symlink') return entry.rawTarget ?? Buffer.from(entry.target);
  if (entry.kind === 'file' && entry.content instanceof Uint8Array) return entry.content;
  return nothing;
}

function* appendHostFile(archive: Archive, entry: CpioEntry, host: HostFile): Generator<Block> {
  const descriptor = openHostFile(host.file);
  try {
    const size = host.size ?? fstatSync(descriptor).size;
    yield* writeHeader(archive, headerOf(archive, entry, size));
    // One byte more than there should be is asked for: it tells of a file that has grown.
    for (let left = size, end = false; !end; ) {
      if (archive.at === archive.block.length) yield finished(archive, false);
      const wanted = Math.min(left + 1, archive.block.length - archive.at);
      const read = readSync(descriptor, archive.block, archive.at, wanted, null);
      if (read > left || (read === 0 && left > 0)) {
        throw new VivariumError('file-changed', { file: String(host.file) });
      }
      archive.at += read;
      left -= read;
      end = left === 0 && read < wanted;
    }
  } finally {
    closeSync(descriptor);
  }
  yield* fill(archive, 4);
}

/** Opens without waiting, should it have become a FIFO. */
function openHostFile(file: string | Buffer): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file: String(file), what: 'The file' }, { cause: error });
  }
}

interface Header {
  /** For people. */
  path: string;
  name: Buffer | string;
  inode: number;
  /** Type and permissions. */
  mode: number;
  links: number;
  /** Bytes of the data that follow. */
  size: number;
  uid?: number;
  gid?: number;
  mtime?: number;
  /** Of a device. */
  major?: number;
  minor?: number;
}

function headerOf(archive: Archive, entry: CpioEntry, size: number): Header {
  const { path, rawPath, uid, gid, mtime, kind } = entry;
  const header: Header = {
    path,
    // A file may well have the name that ends an archive.
    name: rawPath ?? (path === trailer ? `./${path}` : path),
    inode: 0,
    mode: typeBits[kind] | (kind === 'symlink' ? 0o777 : entry.mode),
    links: kind === 'directory' ? 2 : 1,
    size,
    uid: uid ?? 0,
    gid: gid ?? 0,
    mtime: mtime ?? 0,
  };
  if (kind === 'character' || kind === 'block') {
    header.major = entry.major;
    header.minor = entry.minor;
  }
  const hardLink = kind === 'file' ? entry.hardLink : undefined;
  const known = hardLink && archive.inodes.get(hardLink);
  header.inode = known ?? archive.inode++;
  if (hardLink) {
    header.links = hardLink.count;
    archive.inodes.set(hardLink, header.inode);
  }
  return header;
}

/** The 110 bytes of fields and the name with its NUL, filled up to a multiple of four. */
function* writeHeader(archive: Archive, header: Header): Generator<Block> {
  const { path, name, size } = header;
  const length = Buffer.byteLength(name) + 1;
  if (size > 0xffffffff) throw new VivariumError('entry-unfit', { path, problem: 'it has 4 GiB or more' });
  if (length > longestName) {
    const problem = `its path has ${length - 1} bytes, and the kernel takes ${longestName - 1}`;
    throw new VivariumError('entry-unfit', { path, problem });
  }
  const whole = 110 + length + size + 6;
  if (archive.at > 0 && archive.block.length - archive.at < whole) yield finished(archive, true);
  const owner = hex(header.uid) + hex(header.gid);
  const fileSystem = none + none;
  const device = hex(header.major) + hex(header.minor);
  const checksum = none; // this variant of the format has none
  const fields = `070701${hex(header.inode)}${hex(header.mode)}${owner}${hex(header.links)}${hex(header.mtime)}${hex(size)}`;
  const { block } = archive;
  archive.at += block.write(fields + fileSystem + device + hex(length) + checksum, archive.at, 'latin1');
  archive.at += typeof name === 'string' ? block.write(name, archive.at) : name.copy(block, archive.at);
  block[archive.at++] = 0;
  yield* fill(archive, 4);
}

const none = '00000000';

const hex = (number = 0): string => (number === 0 ? none : number.toString(16).padStart(8, '0'));

/** Zeros up to a multiple of `unit` bytes in the archive. */
function* fill(archive: Archive, unit: number): Generator<Block> {
  const length = archive.before + archive.at;
  const zeros = Math.ceil(length / unit) * unit - length;
  if (zeros === 0) return;
  if (archive.block.length - archive.at < zeros) yield finished(archive, false);
  archive.block.fill(0, archive.at, archive.at + zeros);
  archive.at += zeros;
}

/** What the block holds; another one takes its place. */
function finished(archive: Archive, whole: boolean): Block {
  const { block, free, at } = archive;
  archive.before += at;
  archive.block = free.pop() ?? Buffer.allocUnsafeSlow(block.length);
  archive.at = 0;
  return { bytes: block.subarray(0, at), whole, release: () => free.push(block) };
}
