import { setTimeout as after } from 'node:timers/promises';
import { isVivariumError } from '../../base/errors.ts';
import { endless, Scope } from '../../base/scope.ts';
import type { GameError, LineState } from '../../protocol/game.ts';
import { formatTerminalSize, type TerminalSize } from '../../protocol/terminal-size.ts';
import type { Terminal } from '../../protocol/views.ts';
import type { Caller } from '../caller.ts';
import { errorFor } from './error-for.ts';
import type { Machines } from './machines.ts';

/** Milliseconds until a console that could not be had is asked for again, and the most: doubled from try to try. */
const [soonest, latest] = [50, 2000];

/** Milliseconds in which it should be known why a console has ended: most often its machine is off. */
const explained = 250;

/** What trying again by itself does not change. */
const isFinal = (error: unknown): boolean =>
  isVivariumError(error) &&
  ['permission-denied', 'console-missing', 'machine-not-found'].includes(error.code);

/** Who follows a console. */
export interface Follower {
  /** @param fresh nothing of what stands there was told before: the machine was not there, or not on */
  begin(state: Uint8Array, fresh: boolean): Promise<void>;
  /** Resolves when more may come. */
  take(bytes: Uint8Array): Promise<void>;
  tell(state: LineState, error?: GameError): void;
}

/** The console of one machine, followed whenever the machine is up. */
export class Follow {
  readonly #name: string;
  readonly #size: TerminalSize;
  readonly #caller: Caller;
  readonly #machines: Machines;
  readonly #follower: Follower;
  readonly #left = new AbortController();
  readonly #begun = Promise.withResolvers<void>();
  #terminal: Terminal | undefined;

  constructor(name: string, size: TerminalSize, caller: Caller, machines: Machines, follower: Follower) {
    this.#name = name;
    this.#size = size;
    this.#caller = caller;
    this.#machines = machines;
    this.#follower = follower;
    void this.#stay();
  }

  /** The console while it is attached. */
  get terminal(): Terminal | undefined {
    return this.#terminal;
  }

  /** Resolves when it was attached for the first time, or could not be yet. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  close(): void {
    this.#left.abort();
    this.#begun.resolve();
    this.#machines.turnNow(this.#name);
  }

  async #stay(): Promise<void> {
    const { signal } = this.#left;
    let fresh = false;
    await this.#machines.known;
    for (let failed = 0; !signal.aborted; ) {
      const turn = this.#machines.turn(this.#name);
      if (!this.#machines.isUp(this.#name)) {
        fresh = this.#machines.stateOf(this.#name) !== 'suspended';
        this.#follower.tell('down');
        this.#begun.resolve();
        await turn;
        failed = 0;
        continue;
      }
      try {
        await this.#sit(fresh);
        [failed, fresh] = [0, true]; // its QEMU has ended
        if (signal.aborted) return;
        this.#follower.tell('down');
        await this.#pause(this.#machines.turn(this.#name), explained);
      } catch (error) {
        this.#begun.resolve();
        if (signal.aborted) return;
        const settled = this.#isSettled();
        if (isVivariumError(error, 'machine-state')) this.#follower.tell('down');
        else if (settled) this.#follower.tell('refused', errorFor(error, 'machine.console'));
        if (settled && isFinal(error)) {
          await turn;
          continue;
        }
        await this.#pause(turn, Math.min(latest, soonest * 2 ** failed++));
      }
    }
  }

  /** Whether the machine is not on its way: what it has no console for now, it may have in a moment. */
  #isSettled(): boolean {
    const state = this.#machines.stateOf(this.#name);
    return state !== 'starting' && state !== 'stopping';
  }

  /** Follows the console to its end. */
  async #sit(fresh: boolean): Promise<void> {
    using _place = this.#caller.enter();
    const { signal } = this.#left;
    const parameters = { name: this.#name, size: formatTerminalSize(this.#size) };
    const terminal = await this.#caller.engine.machine.console(
      parameters,
      new Scope({ timeout: endless, signal }),
    );
    try {
      if (signal.aborted) return;
      this.#terminal = terminal;
      this.#begun.resolve();
      await this.#follower.begin(terminal.scrollback, fresh);
      this.#follower.tell('live');
      for await (const bytes of terminal.output) await this.#follower.take(bytes);
    } finally {
      this.#terminal = undefined;
      terminal.close();
    }
  }

  async #pause(turn: Promise<void>, milliseconds: number): Promise<void> {
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([turn, after(milliseconds, undefined, { signal }).catch(() => {})]); // aborted below
    over.abort();
  }
}
