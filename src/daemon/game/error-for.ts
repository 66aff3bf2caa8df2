import type { GameError } from '../../protocol/game.ts';
import { asSent } from '../answer.ts';

/** An error as a game is told it. @param about the operation or route where it came up */
export function errorFor(error: unknown, about: string): GameError {
  const { code, message, hint } = asSent(error, about).error;
  return { code, message, hint };
}
