import type { AuditLog } from './audit-log.ts';

/** Milliseconds within which an address is told of once, and how many addresses are. */
const interval = 60_000;
const most = 100;

/**
 * Writes down who came without a token that is good. Anybody may, as often as they like: so that the log cannot be
 * filled until nothing else is left in it, they are told of seldom.
 */
export class Refusals {
  readonly #log: AuditLog;
  #told = new Set<string>();
  #since = Number.NEGATIVE_INFINITY;

  constructor(log: AuditLog) {
    this.#log = log;
  }

  tell(from: string, result: string, now = performance.now()): void {
    if (now - this.#since >= interval) {
      this.#told = new Set();
      this.#since = now;
    }
    if (this.#told.has(from) || this.#told.size >= most) return;
    this.#told.add(from);
    this.#log.tell({ who: 'no token', from, operation: 'authenticate', result, took: 0 });
  }
}
