import type { Scope } from '../base/scope.ts';
import { setClock } from './clock.ts';
import type { Machine } from './machine.ts';
import type { Saved } from './saved.ts';
import { takeShares } from './shares.ts';

/** Milliseconds by which a clock may be slow without being set: a guest's own keeping of time is no better. */
const tolerable = 500;

/** Tells a guest that has just gone on from a saved state what has changed meanwhile. Never fails. */
export async function wake(
  scope: Scope,
  machine: Machine,
  { made, shares }: Pick<Saved, 'made' | 'shares'>,
): Promise<void> {
  if (Math.abs(Date.now() - Date.parse(made)) > tolerable) await setClock(scope, machine);
  if (shares) await takeShares(scope, machine);
}
