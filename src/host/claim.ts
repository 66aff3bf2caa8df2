import { mkdirSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { awaiting, type Scope } from '../base/scope.ts';
import { type Lock, lock } from './lock.ts';

/**
 * Makes a directory to work in, and locks it. Whoever worked in it meanwhile has renamed or removed it: a lock of
 * what has no longer this name says nothing, hence `current`.
 * @param awaited what another process does in it; a step says that it is waited for
 * @param prepare sees to it that the directory is there, or throws; it is made if nothing else is said
 * @throws `timeout`, `interrupted`
 */
export async function claim(
  scope: Scope,
  directory: string,
  awaited: string,
  prepare: () => unknown = () => mkdirSync(directory, { recursive: true }),
): Promise<Lock> {
  let told = false;
  const attempt = async (): Promise<Lock | undefined> => {
    prepare();
    const held = await tryClaim(directory);
    if (held) return held;
    if (!told) scope.step(`Waiting for ${awaited}`);
    told = true;
    return undefined;
  };
  return scope.until(attempt, awaiting(awaited), { every: 100 });
}

/** Locks a directory that is there and that nobody works in. */
export async function tryClaim(directory: string): Promise<Lock | undefined> {
  try {
    const held = await lock(directory, { wait: 0 });
    if (held?.current()) return held;
    held?.[Symbol.dispose]();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return undefined;
}
