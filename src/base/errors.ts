import { type ErrorCode, type ErrorDetails, errorTable } from './error-table.ts';
import { printable } from './printable.ts';

/**
 * The one error that leaves the engine. Everything a caller may decide on is in `code` and `details`;
 * `message` is one sentence that names the object, `hint` the next thing to type; both are `printable`,
 * whatever a guest or a file name brought into them.
 */
export class VivariumError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'VivariumError';
  readonly code: Code;
  readonly details: ErrorDetails<Code>;
  readonly hint: string;

  /** @param options.said the words of a process that sent it, where it is not this one that words it */
  constructor(
    code: Code,
    details: ErrorDetails<Code>,
    options?: { cause?: unknown; said?: { message: string; hint: string } },
  ) {
    const entry = errorTable[code] as {
      message(details: ErrorDetails<Code>): string;
      hint(details: ErrorDetails<Code>): string;
    };
    super(printable(options?.said?.message ?? entry.message(details)), options);
    this.code = code;
    this.details = details;
    this.hint = printable(options?.said?.hint ?? entry.hint(details));
  }

  /** The exit code of a command that ends with this error. */
  get exitCode(): number {
    return errorTable[this.code].exit;
  }

  /** The status of an HTTP answer with this error. */
  get status(): number {
    return errorTable[this.code].http;
  }

  toJSON(): { code: Code; message: string; hint: string; details: ErrorDetails<Code> } {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }
}

/** Whether `error` is a VivariumError, and of this code where one is given. */
export function isVivariumError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is VivariumError<Code> {
  return error instanceof VivariumError && (code === undefined || error.code === code);
}

/** The errno name (`ENOENT`) of a system error, else undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
