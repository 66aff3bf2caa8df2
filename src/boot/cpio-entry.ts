/** What a cpio archive holds, one thing at a time: what `cpio` writes, and `readInitramfs` reads. */
export type CpioEntry = CpioFile | CpioDirectory | CpioLink | CpioDevice | CpioSpecial;

interface Named {
  /** Where it is unpacked, without a leading slash; its directory has to come before it. */
  path: string;
  /** The name as it is where it is no UTF-8; `path` is for people then. */
  rawPath?: Buffer;
  /** Numbers of the owner and the group, root's if not said. */
  uid?: number;
  gid?: number;
  /** Seconds since 1970, which it is if not said. */
  mtime?: number;
}

export interface CpioFile extends Named {
  kind: 'file';
  /** Permissions, as `chmod` takes them. */
  mode: number;
  content: Uint8Array | HostFile;
  /** One of several names of one file; the last of them has the content, the others have none. */
  hardLink?: HardLink;
}

/** The file of the host that holds the bytes. */
export interface HostFile {
  file: string | Buffer;
  /** Bytes that it had when it was looked at; it must not have changed since. */
  size?: number;
}

/** Shared by all names of a file. */
export interface HardLink {
  /** How many they are in the archive. */
  count: number;
}

export interface CpioDirectory extends Named {
  kind: 'directory';
  mode: number;
}

export interface CpioLink extends Named {
  kind: 'symlink';
  target: string;
  /** The target as it is where it is no UTF-8. */
  rawTarget?: Buffer;
}

export interface CpioDevice extends Named {
  kind: 'character' | 'block';
  mode: number;
  major: number;
  minor: number;
}

export interface CpioSpecial extends Named {
  kind: 'fifo' | 'socket';
  mode: number;
}

/** The bits of a mode that say what it is (inode(7)). */
export const typeBits = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  character: 0o020000,
  block: 0o060000,
  fifo: 0o010000,
  socket: 0o140000,
} as const;

export const typeMask = 0o170000;

export type Kind = keyof typeof typeBits;

const kinds = new Map(Object.entries(typeBits).map(([kind, bits]) => [bits as number, kind as Kind]));

/** What a mode says it is; undefined where it is nothing that there is. */
export const kindOf = (mode: number): Kind | undefined => kinds.get(mode & typeMask);

/** The name that ends an archive. */
export const trailer = 'TRAILER!!!';

/** Bytes of a name with its NUL that the kernel takes (PATH_MAX); it passes over longer ones in silence. */
export const longestName = 4096;
