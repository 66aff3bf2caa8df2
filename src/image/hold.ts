import { errnoOf } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type Lock, lock } from '../host/lock.ts';
import { imagePath } from './files.ts';

/**
 * Holds the image that has this name now. Shared, while a machine is made of it, up to when the machine is in its
 * place: until then no disk is replaced below it. Alone, to replace or remove it, which comes after a look for
 * machines.
 * @returns undefined where there is no such image
 * @throws `name-invalid`, `timeout`, `interrupted`, `tool-missing`
 */
export async function holdImage(
  scope: Scope,
  vmdir: string,
  name: string,
  { shared }: { shared: boolean },
): Promise<Lock | undefined> {
  const path = imagePath(vmdir, name);
  const attempt = async (): Promise<{ held: Lock | undefined } | undefined> => {
    try {
      const held = await lock(path, { wait: 0, shared });
      if (held?.current()) return { held };
      held?.[Symbol.dispose](); // it has been replaced while we waited for it
      return undefined;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { held: undefined };
      throw error;
    }
  };
  const awaited = `whoever uses the image ${name}`;
  return (await scope.until(attempt, () => ({ awaited, lines: [], hint: 'Try again.' }))).held;
}
