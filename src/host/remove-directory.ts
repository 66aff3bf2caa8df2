import { rm } from 'node:fs/promises';
import { errnoOf } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { runAsPrivateRoot } from './private-root.ts';

/**
 * Removes a directory with all that is in it, other owners' files too where they are this user's subordinate ids.
 * What a private root has mounted in it is not there for us, and so is never gone into. Patient, as a tool that
 * was killed may be writing still.
 */
export async function removeDirectory(path: string): Promise<void> {
  const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 20 };
  try {
    await rm(path, removal);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
    const scope = new Scope(); // of its own: it is done after an abort, too
    await runAsPrivateRoot(scope, 'rm', ['-rf', '--', path], { doing: `Removing ${path}` });
  }
}
