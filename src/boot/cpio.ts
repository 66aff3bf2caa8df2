import { type FileHandle, open } from 'node:fs/promises';
import { errnoOf, VivariumError } from '../base/errors.ts';

/**
 * Archives in the "newc" format of cpio, which the kernel unpacks as its initramfs. All of them are owned by
 * root and have no times, so that equal entries give equal bytes.
 * Source of the format: Documentation/driver-api/early-userspace/buffer-format.rst of the Linux kernel.
 */
export type CpioEntry = CpioFile | CpioDirectory | CpioLink | CpioDevice;

interface Named {
  /** Where it is unpacked, without a leading slash; its directory has to come before it. */
  path: string;
}

export interface CpioFile extends Named {
  kind: 'file';
  /** Permissions, as `chmod` takes them. */
  mode: number;
  /** The bytes themselves, or the file of the host that holds them. */
  content: Uint8Array | { file: string };
}

export interface CpioDirectory extends Named {
  kind: 'directory';
  mode: number;
}

export interface CpioLink extends Named {
  kind: 'symlink';
  target: string;
}

export interface CpioDevice extends Named {
  kind: 'character' | 'block';
  mode: number;
  major: number;
  minor: number;
}

const typeBits = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  character: 0o020000,
  block: 0o060000,
};

/**
 * The archive of `entries` in their order, piece by piece; a file of the host is never held as a whole.
 * @throws `file-missing`; a RangeError for a file of 4 GiB or more, which the format cannot hold
 */
export async function* cpio(entries: Iterable<CpioEntry> | AsyncIterable<CpioEntry>): AsyncGenerator<Buffer> {
  let inode = 1;
  for await (const entry of entries) {
    if (entry.kind === 'file' && 'file' in entry.content) {
      yield* fileOfHost(entry, entry.content.file, inode++);
    } else {
      const data = dataOf(entry);
      yield Buffer.concat([headerOf(entry, inode++, data.length), data, padding(data.length)]);
    }
  }
  yield header({ path: 'TRAILER!!!', inode: 0, mode: 0, links: 1, size: 0, major: 0, minor: 0 });
}

function dataOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'symlink') return Buffer.from(entry.target);
  if (entry.kind === 'file' && entry.content instanceof Uint8Array) return entry.content;
  return Buffer.alloc(0);
}

async function* fileOfHost(entry: CpioFile, file: string, inode: number): AsyncGenerator<Buffer> {
  await using handle = await openFile(file);
  const { size } = await handle.stat();
  yield headerOf(entry, inode, size);
  let left = size;
  if (size > 0) {
    // `end` is the last byte that is read: a file that grows meanwhile does not shift what comes after it.
    for await (const chunk of handle.createReadStream({ autoClose: false, end: size - 1 })) {
      left -= (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  }
  if (left > 0) throw new RangeError(`${file} has become shorter while it was being read`);
  yield padding(size);
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file, what: 'The file' }, { cause: error });
  }
}

function headerOf(entry: CpioEntry, inode: number, size: number): Buffer {
  const permissions = entry.kind === 'symlink' ? 0o777 : entry.mode;
  const { major, minor } = 'major' in entry ? entry : { major: 0, minor: 0 };
  const links = entry.kind === 'directory' ? 2 : 1;
  return header({
    path: entry.path,
    inode,
    mode: typeBits[entry.kind] | permissions,
    links,
    size,
    major,
    minor,
  });
}

interface Header {
  path: string;
  inode: number;
  /** Type and permissions. */
  mode: number;
  links: number;
  /** Bytes of the data that follow. */
  size: number;
  /** Of a device. */
  major: number;
  minor: number;
}

/** The 110 bytes of fields and the name with its NUL, filled up to a multiple of four. */
function header({ path, inode, mode, links, size, major, minor }: Header): Buffer {
  if (size > 0xffffffff) throw new RangeError(`${path} has ${size} bytes; a cpio archive holds 4 GiB`);
  const name = Buffer.from(`${path}\0`);
  const owner = [0, 0];
  const time = 0;
  const fileSystem = [0, 0];
  const checksum = 0; // this variant of the format has none
  const numbers = [
    inode,
    mode,
    ...owner,
    links,
    time,
    size,
    ...fileSystem,
    major,
    minor,
    name.length,
    checksum,
  ];
  const fields = numbers.map((number) => number.toString(16).padStart(8, '0'));
  const head = Buffer.concat([Buffer.from(`070701${fields.join('')}`), name]);
  return Buffer.concat([head, padding(head.length)]);
}

/** The zeros that fill up to a multiple of four. */
function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
