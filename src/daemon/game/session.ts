import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { VivariumError } from '../../base/errors.ts';
import {
  type GameAct,
  type GameGone,
  type GameOpen,
  type GameTold,
  longestWait,
} from '../../protocol/game.ts';
import type { Caller } from '../caller.ts';
import { doAct } from './acts.ts';
import { Board } from './board.ts';
import { Calls } from './calls.ts';
import { Consoles } from './consoles.ts';
import { leaveMachines } from './leave-machines.ts';
import { Machines } from './machines.ts';
import { newsAfter, type Source, Stamps } from './stamped.ts';

/** Milliseconds in which what changes is told together. */
const gathering = 8;

/** Machines that a session may own. */
const mostOwned = 10_000;

/** One game, from its opening until nobody has polled it for its time of grace. */
export class Session {
  readonly id = randomUUID();
  readonly caller: Caller;
  readonly owned = new Set<string>();
  readonly #options: GameOpen;
  readonly #place: Disposable;
  readonly #leave: () => void;
  readonly #left = new AbortController();
  readonly #stamps = new Stamps(() => this.#wake());
  readonly #board = new Board(this.#stamps);
  readonly #machines = new Machines(this.#board);
  readonly #calls: Calls;
  readonly #consoles: Consoles;
  #changed = Promise.withResolvers<void>();
  #taken = 0;
  /** Ends the poll that waits. */
  #poll: AbortController | undefined;
  #polled = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** @param leave is called when it is to be left: nobody has polled for too long, or the token was revoked */
  constructor(caller: Caller, options: GameOpen, leave: () => void) {
    this.#place = caller.enter();
    this.caller = caller;
    this.#options = options;
    this.#leave = leave;
    this.#calls = new Calls(caller, this.#board);
    this.#consoles = new Consoles(caller, this.#machines, this.#board, this.#stamps);
    void this.#machines.follow(caller.engine, this.#left.signal);
    caller.until.addEventListener('abort', leave);
    this.#giveGrace();
  }

  /** Milliseconds for which nobody has polled it. */
  get unpolled(): number {
    return this.#poll ? 0 : performance.now() - this.#polled;
  }

  /**
   * Does what is asked for, unless it was done before.
   * @throws `request-invalid` where numbers are skipped, or too many machines owned; `too-many-open` where too many answers
   * have not been fetched: then nothing is done
   */
  send(number: number, acts: GameAct[]): void {
    if (number <= this.#taken) return;
    if (number > this.#taken + 1) {
      const problem = `is number ${number} of its session, where ${this.#taken + 1} comes next`;
      throw new VivariumError('request-invalid', { problem });
    }
    const owns = acts.flatMap((it) => (it.act === 'own' ? it.machines : []));
    if (this.owned.size + owns.length > mostOwned) {
      throw new VivariumError('request-invalid', { problem: `owns more than ${mostOwned} machines` });
    }
    this.#calls.checkRoom();
    this.#taken = number;
    const doing = {
      caller: this.caller,
      calls: this.#calls,
      consoles: this.#consoles,
      machines: this.#machines,
      owned: this.owned,
    };
    for (const act of acts) doAct(doing, act);
  }

  /**
   * What there is to tell, as soon as there is any, or nothing after `wait` seconds. A poll that comes ends the one
   * before it. @param hungUp aborts when nobody waits for the answer any more
   * @throws `request-invalid` where the cursor is none of this session
   */
  async poll(cursor: number, wait: number, hungUp: AbortSignal): Promise<GameTold | GameGone> {
    if (cursor > this.#stamps.last) {
      throw new VivariumError('request-invalid', { problem: `has a cursor of another session, ${cursor}` });
    }
    this.#poll?.abort();
    clearTimeout(this.#timer);
    const poll = new AbortController();
    const { signal } = poll;
    this.#poll = poll;
    const end = () => poll.abort();
    const timer = setTimeout(end, Math.min(wait, longestWait) * 1000);
    hungUp.addEventListener('abort', end);
    const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    try {
      for (const source of this.#sources()) source.forget(cursor);
      for (;;) {
        const changed = this.#changed.promise; // before the look, so that nothing falls between
        const told = newsAfter(cursor, this.#sources(), this.#stamps);
        if (this.#closed) return { gone: true };
        if (told.news.length > 0 || signal.aborted) return told;
        await Promise.race([changed, over]);
        await after(gathering, undefined, { signal }).catch(() => {}); // then there is no time for more
      }
    } finally {
      clearTimeout(timer);
      if (this.#poll === poll) {
        this.#poll = undefined;
        this.#polled = performance.now();
        this.#giveGrace();
      }
    }
  }

  /** Ends it, and what is under way in it. @param isPlayed whether somebody else plays with a machine; undefined: vmd ends */
  async close(isPlayed: ((name: string) => boolean) | undefined): Promise<void> {
    if (this.#closed) return;
    this.caller.until.removeEventListener('abort', this.#leave);
    this.#left.abort();
    this.#poll?.abort();
    clearTimeout(this.#timer);
    this.#consoles.close();
    await this.#calls.close();
    this.#place[Symbol.dispose]();
    if (!isPlayed) return;
    await leaveMachines(this.caller.engine, this.owned, this.#options, isPlayed);
  }

  get #closed(): boolean {
    return this.#left.signal.aborted;
  }

  #sources(): Source[] {
    return [this.#board as Source, ...this.#consoles.sources];
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #giveGrace(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#leave, this.#options.grace * 1000).unref();
  }
}
