import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { SentError } from '../protocol/wire.ts';

/**
 * An error as it is sent, with its HTTP status. Of what is no error of ours the caller learns that there was one;
 * what it was is written to standard error.
 */
export function asSent(error: unknown, operation: string): { status: number; error: SentError } {
  const known = isVivariumError(error) ? error : unexpected(error, operation);
  return { status: known.status, error: known.toJSON() };
}

function unexpected(error: unknown, operation: string): VivariumError {
  console.error(`vmd: ${operation}:`, error);
  const said = error instanceof Error ? error.message : String(error);
  return new VivariumError('unexpected', { operation, said }, { cause: error });
}
