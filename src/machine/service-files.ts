import { accessSync, constants, mkdirSync } from 'node:fs';
import { asUnusable, ensureHome, type Home } from './home.ts';

/** Every name in $VMDIR/.vmd, each once: what belongs to vmd, and to whom it serves. */
const serviceFiles = {
  /** Where vmd listens for this user. */
  socket: 'socket',
  /** Held by the vmd that serves this home. */
  lock: 'lock',
  /** Which process that is; still there after one that was killed. */
  process: 'vmd.json',
  /** Which machines it has started by itself in this boot, and which are left to start. */
  started: 'started.json',
  /** The tokens, without their secrets, and when each was last used (see access/). */
  tokens: 'tokens.json',
  tokenUses: 'token-uses.json',
  /** Who did what, and what that was before the log was begun anew. */
  audit: 'audit.log',
  auditBefore: 'audit.log.1',
} as const;

export type ServiceFile = keyof typeof serviceFiles;

/** The path of one of vmd's files. */
export function serviceFile({ directory }: Home, file: ServiceFile): string {
  return `${directory}/.vmd/${serviceFiles[file]}`;
}

/**
 * Makes the directory of vmd's files where it is not there yet; nobody else may look into it.
 * @throws `directory-unusable` where it cannot be written to, `disk-full`
 */
export function ensureServiceDirectory(home: Home): void {
  ensureHome(home);
  const directory = `${home.directory}/.vmd`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw asUnusable(error, directory);
  }
}
