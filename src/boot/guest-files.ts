import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../host/package-files.ts';

/** A file for a guest, of this repository. */
export interface GuestFile {
  /** Below the guest's root directory: `etc/profile`. */
  path: string;
  content: Buffer;
}

/** The files of `guest/<name>` in the order of their paths. */
export function guestFiles(name: string): GuestFile[] {
  const directory = packageFile(join('guest', name));
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file.slice(directory.length + 1), content: readFileSync(file) }));
}
