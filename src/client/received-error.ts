import { type ErrorCode, type ErrorDetails, errorTable } from '../base/error-table.ts';
import { VivariumError } from '../base/errors.ts';
import type { SentError } from '../protocol/wire.ts';

/** The error that a service has sent, in its own words; `remote-failed` where its code is not known here. */
export function receivedError(sent: SentError): VivariumError {
  const { code, message = '', hint = '', details } = sent;
  if (!Object.hasOwn(errorTable, code)) {
    return new VivariumError('remote-failed', { code: String(code), said: String(message) });
  }
  return new VivariumError(code as ErrorCode, details as ErrorDetails<ErrorCode>, {
    said: { message, hint },
  });
}
