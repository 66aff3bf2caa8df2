import type { Scope } from '../base/scope.ts';
import type { Machine } from '../machine/machine.ts';
import { setClock } from './clock.ts';
import { giveIdentity } from './identity.ts';

/**
 * Tells a guest what it must know when it has gone on from a snapshot: the time, and with `identity` who it is now.
 * @throws `agent-missing`, `agent-failed`, both only with `identity`
 */
export async function awaken(
  scope: Scope,
  machine: Machine,
  { identity = false }: { identity?: boolean },
): Promise<void> {
  await setClock(scope, machine);
  if (identity) await giveIdentity(scope, machine);
}
