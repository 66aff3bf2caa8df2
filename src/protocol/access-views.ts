import type { Access } from './operation.ts';

/** What a token may do, and with what. Sizes in bytes; a limit that is absent does not bind. */
export interface TokenView {
  name: string;
  scope: Access;
  /** The names of the machines and of the images that there are for it; `*` and `?` stand for letters. */
  machines: string[];
  images: string[];
  /** How many machines it may have, and what all of them together. */
  maxMachines?: number;
  maxMemory?: number;
  maxDisk?: number;
  /** The network that it may give to machines. */
  network: 'none' | 'user';
  /** ISO 8601. */
  created: string;
  /** To the minute or so; absent where it was never used. */
  lastUse?: string;
  expires?: string;
}

/** What whoever asks may do. Sizes in bytes. */
export interface OwnGrant extends Omit<TokenView, 'name' | 'created' | 'lastUse' | 'expires'> {
  /** The name of the token, or `the owner` of the machines. */
  who: string;
}

/** A token that was just made. Its secret is kept nowhere else. */
export interface NewToken extends TokenView {
  secret: string;
}

/** Something that was done by way of vmd, or was refused. */
export interface AuditEntry {
  /** When it ended, as ISO 8601. */
  time: string;
  /** The name of a token, `the owner` of the unix socket, or `no token` where none was good. */
  who: string;
  /** From where: an address, or `the socket`. */
  from: string;
  operation: string;
  /** The machines, image or file that it was about. */
  subject?: string;
  /** `ok`, the code of an error, or `opened` where a stream begins. */
  result: string;
  /** Milliseconds. */
  took: number;
  /** Entries before this one that could not be written. */
  lost?: number;
}
