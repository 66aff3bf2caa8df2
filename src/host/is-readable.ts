import { accessSync, constants } from 'node:fs';

/** Whether there is something that this user may read. */
export function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
