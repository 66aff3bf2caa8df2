import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAbandoned, temporaryName } from '../host/atomic-file.ts';
import { removeDirectory } from '../host/remove-directory.ts';

const draftName = 'vivarium-copy';

/**
 * Makes a directory of our own in which a copy comes together, and removes those that killed copies have left in the
 * same place.
 */
export async function newCopyDraft(base: string): Promise<string> {
  for (const name of readdirSync(base)) {
    if (name.startsWith(`.${draftName}.`) && isAbandoned(name)) await removeDirectory(join(base, name));
  }
  const draft = temporaryName(join(base, draftName));
  mkdirSync(draft, { mode: 0o700 });
  return draft;
}
