import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureHome, type Home } from '../machine/home.ts';

/** What is kept of who may do what, and of who did, in vmd's directory of the home: the owner's to read alone. */
const accessFiles = {
  tokens: 'tokens.json',
  /** When each token was last used. */
  uses: 'token-uses.json',
  audit: 'audit.log',
  auditBefore: 'audit.log.1',
};

/** Where vmd keeps what is its own. */
export const vmdDirectory = ({ directory }: Home): string => join(directory, '.vmd');

export const accessFile = (home: Home, file: keyof typeof accessFiles): string =>
  join(vmdDirectory(home), accessFiles[file]);

/** @throws `directory-unusable` */
export function ensureVmdDirectory(home: Home): string {
  ensureHome(home);
  mkdirSync(vmdDirectory(home), { recursive: true, mode: 0o700 });
  return vmdDirectory(home);
}
