import type { Scope } from '../base/scope.ts';
import { setClock } from './clock.ts';
import type { Machine } from './machine.ts';
import type { Saved } from './saved.ts';
import { takeShares } from './shares.ts';

/** Milliseconds by which a clock may be slow without being set. */
const tolerable = 1000;

/**
 * Tells a guest that has just gone on from a saved state what has changed meanwhile. Never fails.
 * @param hurry somebody waits for a great many: what can go on by itself is not waited for
 */
export async function wake(
  scope: Scope,
  machine: Machine,
  { made, shares }: Pick<Saved, 'made' | 'shares'>,
  { hurry = false } = {},
): Promise<void> {
  const slow = Math.abs(Date.now() - Date.parse(made)) > tolerable;
  if (slow) await setClock(scope, machine, { hurry });
  if (shares) await takeShares(scope, machine);
}
