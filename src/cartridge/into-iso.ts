import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { injectIntoIso } from '../boot/iso/inject.ts';
import { openIso } from '../boot/iso/volume.ts';
import type { Cartridge } from './cartridge.ts';

/** Whether a cartridge puts anything into its system. */
export function injectsNothing({ inject, env }: Pick<Cartridge, 'inject' | 'env'>): boolean {
  return inject.length === 0 && Object.keys(env).length === 0;
}

/**
 * Puts what a cartridge injects into what its builder has made, where that is an ISO.
 * @throws as `injectIntoIso`
 */
export async function intoOutput(scope: Scope, cartridge: Cartridge, file: string): Promise<void> {
  if (injectsNothing(cartridge)) return;
  if (isIso(file)) await intoIso(scope, cartridge, file);
  else
    scope.warn(`${file} is no ISO: what the cartridge injects is not in it, and vm run adds it at each boot`);
}

/** @param to the ISO that is written; the other one in place if not said @throws as `injectIntoIso` */
export async function intoIso(
  scope: Scope,
  { inject, env }: Pick<Cartridge, 'inject' | 'env'>,
  iso: string,
  to = iso,
): Promise<void> {
  await injectIntoIso(scope, { iso, to, inject, env });
}

function isIso(file: string): boolean {
  try {
    openIso(file)[Symbol.dispose]();
    return true;
  } catch (error) {
    if (isVivariumError(error, 'iso-unfit')) return false;
    throw error;
  }
}
