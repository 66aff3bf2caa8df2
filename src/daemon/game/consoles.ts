import { VivariumError } from '../../base/errors.ts';
import { Scope } from '../../base/scope.ts';
import type { GameError, LineState } from '../../protocol/game.ts';
import { type TerminalSize, usualTerminal } from '../../protocol/terminal-size.ts';
import type { Caller } from '../caller.ts';
import type { Board } from './board.ts';
import { errorFor } from './error-for.ts';
import { Follow } from './follow.ts';
import { Heard } from './heard.ts';
import type { Machines } from './machines.ts';
import { Seen } from './seen.ts';
import type { Source, Stamps } from './stamped.ts';

/** Consoles of a session that are looked at or heard, and bytes to one that wait to be taken. */
const [mostFollowed, mostTyped] = [150, 65_536];

/** Refusals that wait to be told. */
const mostRefused = 200;

/** Milliseconds in which a console has to take what is typed. */
const patience = 10_000;

interface Followed<News extends Source> {
  follow: Follow;
  news: News;
}

/** Typing to one machine, in its order. */
interface Typing {
  bytes: number;
  done: Promise<void>;
}

/** The consoles that a session looks at, hears, or types to. */
export class Consoles {
  readonly #caller: Caller;
  readonly #machines: Machines;
  readonly #board: Board;
  readonly #stamps: Stamps;
  readonly #seen = new Map<string, Followed<Seen> & { size: TerminalSize }>();
  readonly #heard = new Map<string, Followed<Heard>>();
  readonly #typing = new Map<string, Typing>();
  /** What was told of each line last. */
  readonly #lines = new Map<string, string>();

  constructor(caller: Caller, machines: Machines, board: Board, stamps: Stamps) {
    this.#caller = caller;
    this.#machines = machines;
    this.#board = board;
    this.#stamps = stamps;
  }

  get sources(): Source[] {
    return [...this.#seen.values(), ...this.#heard.values()].map(({ news }) => news as Source);
  }

  look(machine: string, size: TerminalSize): void {
    const { size: before } = this.#seen.get(machine) ?? {};
    if (before?.columns === size.columns && before.rows === size.rows) return;
    this.unlook(machine);
    if (!this.#hasRoom(machine)) return;
    const answer = (bytes: Uint8Array) => {
      follow.terminal?.write(bytes).catch(() => {}); // somebody else sits there, or it has just ended
    };
    const news = new Seen(machine, size, this.#stamps, answer);
    const follow = new Follow(machine, size, this.#caller, this.#machines, {
      begin: (state) => news.show(state),
      take: (bytes) => news.write(bytes),
      tell: (state, error) => this.#tellLine(machine, state, error),
    });
    this.#seen.set(machine, { follow, news, size });
  }

  unlook(machine: string): void {
    this.#seen.get(machine)?.follow.close();
    this.#seen.delete(machine);
    this.#lines.delete(machine);
  }

  hear(machine: string): void {
    if (this.#heard.has(machine)) return;
    this.#lines.delete(machine); // who comes is told how the line is, whatever was told before
    if (!this.#hasRoom(machine)) return;
    const news = new Heard(machine, this.#stamps);
    const follow = new Follow(machine, usualTerminal, this.#caller, this.#machines, {
      begin: async (state, fresh) => {
        news.begin();
        if (fresh) news.append(state);
      },
      take: async (bytes) => news.append(bytes),
      tell: (state, error) => this.#tellLine(machine, state, error),
    });
    this.#heard.set(machine, { follow, news });
  }

  unhear(machine: string): void {
    this.#heard.get(machine)?.follow.close();
    this.#heard.delete(machine);
    this.#lines.delete(machine);
  }

  type(machine: string, bytes: Uint8Array): void {
    const typing = this.#typing.get(machine) ?? { bytes: 0, done: Promise.resolve() };
    if (typing.bytes + bytes.length > mostTyped) {
      const problem = `types more than the console of ${machine} has taken yet`;
      this.#refuse(machine, new VivariumError('request-invalid', { problem }));
      return;
    }
    this.#typing.set(machine, typing);
    typing.bytes += bytes.length;
    typing.done = typing.done.then(async () => {
      try {
        await this.#write(machine, bytes);
      } catch (error) {
        this.#refuse(machine, error);
      }
      typing.bytes -= bytes.length;
      if (typing.bytes === 0) this.#typing.delete(machine);
    });
  }

  close(): void {
    for (const { follow } of [...this.#seen.values(), ...this.#heard.values()]) follow.close();
    this.#seen.clear();
    this.#heard.clear();
  }

  /** To the console that is attached, or to one that is only for this. What the guest says to it is heard by who hears. */
  async #write(machine: string, bytes: Uint8Array): Promise<void> {
    await this.#heard.get(machine)?.follow.begun;
    const [seen, heard] = [this.#seen.get(machine), this.#heard.get(machine)];
    const attached = seen?.follow.terminal ?? heard?.follow.terminal;
    if (attached) return await attached.write(bytes);
    using _place = this.#caller.enter();
    const signal = this.#caller.until;
    const terminal = await this.#caller.engine.machine.console(
      { name: machine },
      new Scope({ timeout: patience, signal }),
    );
    try {
      await terminal.write(bytes);
    } finally {
      terminal.close();
    }
  }

  #hasRoom(machine: string): boolean {
    if (this.#seen.size + this.#heard.size < mostFollowed) return true;
    const error = errorFor(new VivariumError('too-many-open', { most: mostFollowed }), 'machine.console');
    if (this.#board.count('line') < mostRefused) {
      this.#board.put(`line ${machine}`, { kind: 'line', machine, state: 'refused', error });
    }
    return false;
  }

  #tellLine(machine: string, state: LineState, error?: GameError): void {
    const news = { kind: 'line', machine, state, ...(error && { error }) } as const;
    const json = JSON.stringify(news);
    if (this.#lines.get(machine) === json) return;
    this.#lines.set(machine, json);
    this.#board.put(`line ${machine}`, news);
  }

  #refuse(machine: string, error: unknown): void {
    if (this.#board.count('refused') >= mostRefused) return;
    this.#board.put(`refused ${machine}`, {
      kind: 'refused',
      machine,
      error: errorFor(error, 'machine.console'),
    });
  }
}
