import { beginningIn } from '../../machine/beginning.ts';
import type { TerminalSize } from '../../protocol/terminal-size.ts';
import type { Backlog } from './backlog.ts';
import { Screen } from './screen.ts';

/** CAN, which ends what is unfinished; then plain letters, and an empty screen without scrollback (xterm's ED 3). */
const emptied = Buffer.from('\x18\x1b[m\x1b[H\x1b[2J\x1b[3J');

/** A console's screen in one size, drawn from its backlog. */
export class SizedScreen {
  readonly size: TerminalSize;
  /** How many look at it. */
  viewers = 0;
  readonly #screen: Screen;
  readonly #backlog: Backlog;
  /** The place of what the screen has not been given yet. */
  #given: number;
  #drawn: Promise<void> = Promise.resolve();
  #place: number;

  /**
   * @param other a screen of the same console. Where the backlog has lost its first bytes, the new one begins in the
   * modes of that one: a mode that was not set since is what it was, and one that was is set by what is kept.
   */
  constructor(size: TerminalSize, backlog: Backlog, other: SizedScreen | undefined) {
    this.size = size;
    this.#screen = new Screen(size);
    this.#backlog = backlog;
    const { start } = backlog;
    this.#given = start > 0 ? start + beginningIn(backlog.read(start)) : 0;
    this.#place = this.#given;
    if (start > 0 && other) void this.#screen.write(Buffer.concat([other.state(), emptied]), () => {});
  }

  /** The place in the backlog of what comes after its state. */
  get place(): number {
    return this.#place;
  }

  state(): Uint8Array {
    return this.#screen.state();
  }

  /** Resolves when all is drawn that the backlog has now. */
  catchUp(): Promise<void> {
    while (this.#given < this.#backlog.end) {
      const bytes = this.#backlog.read(this.#given);
      this.#given += bytes.length;
      const place = this.#given;
      this.#drawn = this.#screen.write(bytes, () => {
        this.#place = place;
      });
    }
    return this.#drawn;
  }
}
