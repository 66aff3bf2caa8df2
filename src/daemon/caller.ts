import { AuditLog } from '../access/audit-log.ts';
import { everything, type Grant } from '../access/grant.ts';
import { granted } from '../access/granted.ts';
import { Refusals } from '../access/refusals.ts';
import { Tokens } from '../access/tokens.ts';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Home } from '../machine/home.ts';
import type { Engine } from '../protocol/engine.ts';

/** Who calls, and what there is for them: an engine that does for them what they may. */
export interface Caller {
  /** Distinguishes callers: the id of a token, or that of the owner. */
  id: string;
  engine: Engine;
  /** Aborts when what the caller may do is taken back, or vmd ends: whatever is still open for them ends. */
  until: AbortSignal;
  /** One thing more that is open for them, until it is disposed. @throws `too-many-open` */
  enter(): Disposable;
}

/** Calls and streams of one token at the same time: so no token shuts out the others. */
const mostOpen = 200;

/** Milliseconds between two looks whether the tokens of those who have something open are still good. */
const interval = 2000;

/** Everybody who may call vmd. */
export class Callers implements Disposable {
  readonly owner: Caller;
  readonly #engine: Engine;
  readonly #counted: (engine: Engine) => Engine;
  readonly #home: Home;
  readonly #log: AuditLog;
  readonly #refusals: Refusals;
  readonly #tokens: Tokens;
  readonly #until = new Map<string, AbortController>();
  readonly #open = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param counted the same engine, what is asked of it counted */
  constructor(engine: Engine, home: Home, counted: (engine: Engine) => Engine = (it) => it) {
    this.#engine = engine;
    this.#counted = counted;
    this.#home = home;
    this.#log = new AuditLog(home);
    this.#refusals = new Refusals(this.#log);
    this.#tokens = new Tokens(home);
    this.owner = this.#caller(everything, 'the socket');
    this.#timer = setInterval(() => this.#endRevoked(), interval).unref();
  }

  /** Who has a token. @throws `token-invalid`, `tokens-unreadable` */
  authenticate(secret: string | undefined, from: string): Caller {
    try {
      return this.#caller(this.#tokens.authenticate(secret), from);
    } catch (error) {
      if (isVivariumError(error)) this.#refusals.tell(from, error.code);
      throw error;
    }
  }

  /** What is under way for anybody is given up, that of callers who have gone as well. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const until of this.#until.values()) until.abort();
  }

  #caller(grant: Grant, from: string): Caller {
    const { id } = grant;
    const until = this.#until.get(id) ?? new AbortController();
    this.#until.set(id, until);
    const engine = granted(this.#engine, this.#home, grant, { log: this.#log, from });
    return { id, engine: this.#counted(engine), until: until.signal, enter: () => this.#enter(id) };
  }

  #enter(id: string): Disposable {
    const open = this.#open.get(id) ?? 0;
    if (open >= mostOpen && id !== everything.id)
      throw new VivariumError('too-many-open', { most: mostOpen });
    this.#open.set(id, open + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#open.get(id) ?? 1) - 1;
        if (left > 0) this.#open.set(id, left);
        else this.#open.delete(id);
      },
    };
  }

  #endRevoked(): void {
    for (const [id, until] of this.#until) {
      if (id === everything.id || this.#isGood(id)) continue;
      this.#until.delete(id);
      until.abort();
    }
  }

  #isGood(id: string): boolean {
    try {
      return this.#tokens.isStillGood({ id });
    } catch {
      return false; // tokens that cannot be read let nobody in
    }
  }
}
