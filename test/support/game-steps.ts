import { expect } from 'vitest';
import type { Game } from './luanti.ts';

/** Milliseconds that the mod took of the game's steps. */
export interface Spread {
  steps: number;
  p50: number;
  p99: number;
  max: number;
}

/** Milliseconds that it may take of a step. */
export const bar = 5;

/** Does something, and sees that the mod's work in each step meanwhile was little. */
export async function inLittleTime(game: Game, what: string, act: () => Promise<unknown>): Promise<void> {
  await game.check('profile');
  await act();
  const spread = await game.check<Spread>('profile');
  expect(spread.p99, `${what}: ${JSON.stringify(spread)}`).toBeLessThanOrEqual(bar);
}
