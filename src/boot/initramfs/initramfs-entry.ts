import type { Kind } from '../cpio-entry.ts';
import type { SegmentPacking } from './packings.ts';

/** One archive of those that an initramfs is made of; it ends with its trailer. */
export interface Segment {
  /** From 0 on. */
  index: number;
  packing: SegmentPacking;
  /** Where in the file it begins; where several are packed as one, where that begins. */
  offset: number;
}

export interface InitramfsEntry {
  /** Without a leading `/` or `./`; what is no UTF-8 in it is replaced. */
  path: string;
  /** All bytes of the name, as they are in the archive. */
  rawPath: Buffer;
  kind: Kind;
  /** Permissions, as `chmod` takes them. */
  mode: number;
  uid: number;
  gid: number;
  /** Seconds since 1970. */
  mtime: number;
  /** Bytes of the content; of several names of a file only one need have it. */
  size: number;
  /** Names of a file in a segment share their number. */
  inode: number;
  links: number;
  /** Of a symlink. */
  target?: string;
  /** Of a device. */
  major?: number;
  minor?: number;
  segment: Segment;
  /** What a file holds; to be asked for before the next entry. */
  content(): Promise<Buffer>;
}
