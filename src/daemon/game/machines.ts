import { setTimeout as after } from 'node:timers/promises';
import { isVivariumError } from '../../base/errors.ts';
import { endless, Scope } from '../../base/scope.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { Change } from '../../protocol/events.ts';
import type { GameMachine, GameNews } from '../../protocol/game.ts';
import { operations } from '../../protocol/operations.ts';
import type { MachineState, MachineView } from '../../protocol/views.ts';
import type { Board } from './board.ts';

/** Milliseconds until what changes is asked for again, where that has ended. */
const again = 1000;

/** States in which a machine has a console. */
const up: readonly string[] = operations['machine.console'].states ?? [];

/** The machines that there are for a session, as they are. */
export class Machines {
  readonly #board: Board;
  readonly #seen = new Map<string, { state: MachineState; json: string }>();
  /** Those of them that the news have told of. */
  readonly #told = new Set<string>();
  readonly #left = new AbortController();
  /** Machines that are up, as a call has said, of which the news are yet to come. */
  readonly #started = new Set<string>();
  readonly #known = Promise.withResolvers<void>();
  readonly #turns = new Map<string, PromiseWithResolvers<void>>();

  constructor(board: Board) {
    this.#board = board;
  }

  /** Resolves when it is known which there are. */
  get known(): Promise<void> {
    return this.#known.promise;
  }

  stateOf(name: string): MachineState | undefined {
    return this.#seen.get(name)?.state;
  }

  isUp(name: string): boolean {
    return this.#started.has(name) || up.includes(this.stateOf(name) ?? '');
  }

  /** Resolves when this machine is another than now, or is to be looked at again. */
  turn(name: string): Promise<void> {
    const turn = this.#turns.get(name) ?? Promise.withResolvers<void>();
    this.#turns.set(name, turn);
    return turn.promise;
  }

  /** A call has started it: whoever waits for that need not wait for the news. */
  started(name: string): void {
    this.#started.add(name);
    this.turnNow(name);
  }

  /**
   * Tells how machines are now, before what follows of them does: the answer of a call that has changed them. Of one
   * that is gone before the news came to it they say nothing: it is looked at until they have told of it.
   */
  async lookAt(engine: Engine, names: readonly string[]): Promise<void> {
    const look = async (name: string) => {
      try {
        this.#put(await engine.machine.status({ name }));
        if (!this.#told.has(name)) this.#lookAgain(engine, name);
      } catch (error) {
        if (!isVivariumError(error)) throw error;
        if (error.code === 'machine-not-found') this.#remove(name);
        // else it is the name of something else, or none that the token sees
      }
    };
    await Promise.all(names.map(look));
  }

  async #lookAgain(engine: Engine, name: string): Promise<void> {
    const { signal } = this.#left;
    await after(again, undefined, { signal }).catch(() => {}); // it was left
    if (signal.aborted || this.#told.has(name) || !this.#seen.has(name)) return;
    await this.lookAt(engine, [name]).catch((error) =>
      console.error(`vmd: looking at ${name} for a game:`, error),
    );
  }

  /** Has those who wait for a machine look at it. */
  turnNow(name: string): void {
    this.#turns.get(name)?.resolve();
    this.#turns.delete(name);
  }

  /** Follows them until the signal aborts. */
  async follow(engine: Engine, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const changes = await engine.host.events({}, new Scope({ timeout: endless, signal }));
        for await (const change of changes) this.#take(change);
      } catch (error) {
        if (!signal.aborted) console.error('vmd: following machines for a game:', error);
      }
      await after(again, undefined, { signal }).catch(() => {}); // it was left
    }
    this.#left.abort();
  }

  #take(change: Change): void {
    if (change.kind === 'machine') this.#tell(change.machine);
    if (change.kind === 'machine-gone') this.#remove(change.name);
    if (change.kind !== 'machines') return;
    const there = new Set(change.machines.map(({ name }) => name));
    for (const name of this.#seen.keys()) if (!there.has(name)) this.#remove(name);
    for (const machine of change.machines) this.#tell(machine);
    this.#known.resolve();
  }

  #tell(view: MachineView): void {
    this.#told.add(view.name);
    this.#put(view);
  }

  #put(view: MachineView): void {
    const { name, state } = view;
    this.#started.delete(name);
    const news: GameNews = { kind: 'machine', ...shown(view) };
    const json = JSON.stringify(news);
    const before = this.#seen.get(name)?.json;
    this.#seen.set(name, { state, json });
    if (before !== json) this.#board.put(`machine ${name}`, news);
    this.turnNow(name); // it may look the same and be another: one that was started anew
  }

  #remove(name: string): void {
    this.#started.delete(name);
    this.#told.delete(name);
    if (!this.#seen.delete(name)) return;
    this.#board.put(`machine ${name}`, { kind: 'machine', name, state: 'removed' });
    this.turnNow(name);
  }
}

/** Without what changes while nothing has changed. */
function shown({ reason, pid: _, uptime: __, runitVm: ___, ...machine }: MachineView): GameMachine {
  return { ...machine, ...(reason !== undefined && { why: reason }) };
}
