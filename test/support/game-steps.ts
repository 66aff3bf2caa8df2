import { expect } from 'vitest';
import type { Game } from './luanti.ts';

/** Milliseconds of the CPU that the mod took of the game's steps. */
interface Spread {
  steps: number;
  p50: number;
  p99: number;
  max: number;
}

/**
 * Milliseconds that the mod may take of a usual step: many times what it takes, for a host that has much else to do. The
 * steps that take longest are for the benchmark, which has a host of its own.
 */
const most = 5;

/** Steps, each of 90 ms, that a game makes at least while something is done that takes seconds. */
const fewest = 5;

/** Does something, and sees that the game makes its steps meanwhile, of which the mod takes little. */
export async function goesOn(game: Game, what: string, act: () => Promise<unknown>): Promise<void> {
  await game.check('profile');
  await act();
  const spread = await game.check<Spread>('profile');
  expect(spread.p50, `${what}: ${JSON.stringify(spread)}`).toBeLessThanOrEqual(most);
  expect(spread.steps, `${what}: ${JSON.stringify(spread)}`).toBeGreaterThanOrEqual(fewest);
}
