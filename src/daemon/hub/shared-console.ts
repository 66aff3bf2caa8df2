import { endless, Scope } from '../../base/scope.ts';
import { lastRunOf } from '../../machine/last-run.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { TerminalSize } from '../../protocol/terminal-size.ts';
import type { Terminal } from '../../protocol/views.ts';
import { Backlog } from './backlog.ts';
import { Screens } from './screens.ts';
import type { SizedScreen } from './sized-screen.ts';
import { isTerminalAnswer } from './terminal-answer.ts';

/** Bytes from which a screen is made: of the log at first, then of what is kept. */
const kept = 2 ** 20;

/** Bytes that are drawn at once; what comes meanwhile waits in the log. */
const portion = 65_536;

/** Bytes by which a viewer may be behind. */
const furthest = 2 ** 18;

/** RIS, Reset to Initial State: what a terminal shows after it is what the state after it says. */
const reset = Buffer.from('\x1bc');

interface Viewer {
  screen: SizedScreen;
  left: boolean;
}

/**
 * One machine's console, for all who look at it. Each byte is drawn on a screen of each size that they have, and passed
 * on: one who joins gets the screen of its size as far as it is drawn, and then what comes after that.
 *
 * A guest that prints for ever costs no more than one that is silent. The log is read no faster than its bytes are
 * drawn, and what it turns over meanwhile is missing in the middle, for the screens and for all viewers alike. A viewer
 * who falls too far behind misses the rest as well: it gets the state as it then is.
 */
export class SharedConsole {
  readonly #source: Terminal;
  readonly #backlog = new Backlog(kept);
  readonly #screens = new Screens(this.#backlog);
  readonly #viewers = new Set<Viewer>();
  readonly #linger: number;
  readonly #abandoned: () => void;
  readonly #resynced: () => void;
  #changed = Promise.withResolvers<void>();
  #ended: Promise<void> = Promise.resolve();
  #end: { error?: unknown } | undefined;
  #closed = false;
  #heard: number;
  #canType: boolean;
  /** Whose terminal may answer what the guest asks of terminals: one is enough. */
  #answering: Viewer | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param abandoned is called when nobody has looked at it for `linger` milliseconds: then it is to be closed
   * @param resynced is called for each viewer that got it anew
   */
  static async open(
    engine: Engine,
    name: string,
    linger: number,
    abandoned: () => void,
    resynced: () => void,
  ): Promise<SharedConsole> {
    const scope = new Scope({ timeout: endless });
    const source = await engine.machine.console({ name, scrollback: kept }, scope);
    const console = new SharedConsole(source, linger, abandoned, resynced);
    const said = Buffer.from(source.scrollback).toString('latin1');
    console.#backlog.append(Buffer.from(lastRunOf(said), 'latin1'));
    console.#ended = console.#follow();
    return console;
  }

  private constructor(source: Terminal, linger: number, abandoned: () => void, resynced: () => void) {
    this.#source = source;
    this.#linger = linger;
    this.#abandoned = abandoned;
    this.#resynced = resynced;
    this.#heard = performance.now() - source.idle;
    this.#canType = source.canType;
  }

  /** Nothing comes any more. */
  get over(): boolean {
    return this.#closed || this.#end !== undefined;
  }

  /** Resolves when the guest has, or this was closed. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  async #follow(): Promise<void> {
    try {
      for await (const bytes of this.#source.output) {
        this.#heard = performance.now();
        for (let from = 0; from < bytes.length; from += portion) {
          this.#backlog.append(bytes.subarray(from, from + portion));
          this.#wake();
          await this.#screens.catchUp();
        }
      }
      this.#end = {};
    } catch (error) {
      this.#end = { error }; // for each viewer to throw
    }
    this.close();
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#source.close();
  }

  /** Looks whether one can type by now, where another program did: nothing is written, but for that the seat is taken. */
  async askToType(): Promise<void> {
    if (!this.#canType) await this.#send(new Uint8Array(0)).catch(() => {}); // then one cannot
  }

  /** A viewer more, until it closes its terminal or `signal` aborts. */
  async join(size: TerminalSize, signal: AbortSignal | undefined): Promise<Terminal> {
    clearTimeout(this.#timer);
    const screen = this.#screens.take(size);
    const viewer: Viewer = { screen, left: false };
    this.#viewers.add(viewer);
    const close = () => this.#leave(viewer);
    signal?.addEventListener('abort', close, { once: true });
    if (signal?.aborted) close();
    await screen.catchUp();
    return {
      scrollback: screen.state(),
      output: this.#outputFrom(screen.place, viewer),
      idle: performance.now() - this.#heard,
      canType: this.#canType,
      write: async (bytes) => {
        if (isTerminalAnswer(bytes)) {
          if (viewer !== (this.#answering ?? [...this.#viewers][0])) return;
        } else this.#answering = viewer;
        await this.#send(bytes);
      },
      close: () => {
        signal?.removeEventListener('abort', close);
        close();
      },
    };
  }

  #leave(viewer: Viewer): void {
    viewer.left = true;
    if (this.#answering === viewer) this.#answering = undefined;
    this.#wake();
    if (!this.#viewers.delete(viewer)) return;
    this.#screens.leave(viewer.screen);
    if (this.#viewers.size > 0 || this.over) return;
    this.#timer = setTimeout(this.#abandoned, this.#linger);
    this.#timer.unref();
  }

  async *#outputFrom(start: number, viewer: Viewer): AsyncGenerator<Uint8Array> {
    for (let place = start; !viewer.left; ) {
      if (this.#backlog.end - place > furthest) {
        place = viewer.screen.place;
        this.#resynced();
        yield Buffer.concat([reset, viewer.screen.state()]);
      } else if (place < this.#backlog.end) {
        const bytes = this.#backlog.read(place);
        place += bytes.length;
        yield bytes;
      } else if (this.#end) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      } else {
        await this.#changed.promise;
      }
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    try {
      await this.#source.write(bytes);
      this.#canType = true;
    } catch (error) {
      this.#canType = false;
      throw error;
    }
  }
}
