import type { ErrorDetails } from './error-table.ts';
import { VivariumError } from './errors.ts';

/** What an operation tells while it runs. */
export type Progress =
  /** A step began, or went on where the text is the same: `done` bytes of `of`, as far as that is known. */
  { kind: 'step'; text: string; done?: number; of?: number } | { kind: 'warning'; text: string };

export interface ScopeOptions {
  /** Milliseconds from now until the operation must have ended. */
  timeout?: number;
  signal?: AbortSignal;
  report?: (progress: Progress) => void;
}

/** Milliseconds, the most that a timer can count: who has these has no deadline. */
export const endless = 2 ** 31 - 1;

/** What a timeout says of work that would have gone on: what was awaited, and what was said meanwhile. */
export const awaiting =
  (awaited: string, lines: string[] = []) =>
  (): Omit<ErrorDetails<'timeout'>, 'ms'> => ({ awaited, lines, hint: 'Allow more time with --timeout.' });

/** Deadline, abort and progress of one call of an operation; handed down to all that it calls. */
export class Scope {
  /** Aborts when the caller does or the deadline has passed. */
  readonly signal: AbortSignal;
  readonly timeout: number;
  /** Aborts when the caller does, whatever the deadline. */
  readonly caller: AbortSignal | undefined;
  readonly #deadline: number;
  readonly #report: (progress: Progress) => void;

  constructor(options: ScopeOptions = {}) {
    this.timeout = Math.min(options.timeout ?? 60_000, endless);
    this.#deadline = this.timeout < endless ? performance.now() + this.timeout : Number.POSITIVE_INFINITY;
    this.#report = options.report ?? (() => {});
    this.caller = options.signal;
    const timers = this.timeout < endless ? [AbortSignal.timeout(Math.ceil(this.timeout))] : [];
    const signals = [...(options.signal ? [options.signal] : []), ...timers];
    this.signal = signals.length === 1 ? (signals[0] as AbortSignal) : AbortSignal.any(signals);
  }

  /** The same with a nearer deadline: for a part of the work that is known to take little. */
  within(timeout: number): Scope {
    const signal = this.caller;
    return new Scope({
      timeout: Math.min(timeout, this.left),
      report: this.#report,
      ...(signal && { signal }),
    });
  }

  /** The same, with what is told passed on as `change` makes it. */
  telling(change: (progress: Progress) => Progress): Scope {
    const signal = this.caller;
    return new Scope({
      timeout: this.left,
      report: (progress) => this.#report(change(progress)),
      ...(signal && { signal }),
    });
  }

  /** Milliseconds left, never below 0, nor more than a timer can count. */
  get left(): number {
    return Math.min(endless, Math.max(0, this.#deadline - performance.now()));
  }

  /** Whether the caller has given it up; a deadline that has passed is something else. */
  get interrupted(): boolean {
    return this.caller?.aborted ?? false;
  }

  /** Tells what somebody else's work has told. */
  pass(progress: Progress): void {
    this.#report(progress);
  }

  step(text: string, amount?: { done: number; of?: number }): void {
    this.#report({ kind: 'step', text, ...amount });
  }

  warn(text: string): void {
    this.#report({ kind: 'warning', text });
  }

  /** @throws `interrupted` where the caller has aborted; `timeout` past the deadline, if `awaited` is given */
  check(awaited?: () => Omit<ErrorDetails<'timeout'>, 'ms'>): void {
    if (this.interrupted) throw new VivariumError('interrupted', {});
    if (awaited && (this.signal.aborted || this.left === 0)) {
      throw new VivariumError('timeout', { ...awaited(), ms: this.timeout });
    }
  }

  /**
   * Calls `look`, at once and every `every` milliseconds, until it returns something other than undefined.
   * @throws `timeout` with what `awaited` says, or `interrupted`
   */
  async until<T>(
    look: () => T | undefined | Promise<T | undefined>,
    awaited: () => Omit<ErrorDetails<'timeout'>, 'ms'>,
    { within = this.left, every = 20 }: { within?: number; every?: number } = {},
  ): Promise<T> {
    const end = performance.now() + Math.min(within, this.left);
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      this.check();
      if (performance.now() >= end) {
        throw new VivariumError('timeout', { ...awaited(), ms: Math.min(within, this.timeout) });
      }
      await new Promise((resolve) => setTimeout(resolve, every));
    }
  }
}
