import type { TerminalSize } from '../../protocol/terminal-size.ts';
import type { Backlog } from './backlog.ts';
import { SizedScreen } from './sized-screen.ts';

/** Sizes at once: each byte is drawn in all of them. */
const most = 4;

/**
 * The screens of a console, one for each size that its viewers' terminals have. The last of them stays when nobody
 * looks any more: it knows what was set before the bytes that are kept.
 */
export class Screens {
  readonly #backlog: Backlog;
  readonly #all = new Set<SizedScreen>();

  constructor(backlog: Backlog) {
    this.#backlog = backlog;
  }

  /** For one viewer more; where there are too many sizes, it is the one that comes nearest. */
  take(size: TerminalSize): SizedScreen {
    const [nearest] = [...this.#all].sort((one, other) => apart(one.size, size) - apart(other.size, size));
    const fits = nearest && (this.#all.size >= most || apart(nearest.size, size) === 0);
    const screen = fits ? nearest : new SizedScreen(size, this.#backlog, nearest);
    this.#all.add(screen);
    screen.viewers++;
    this.#letGo();
    return screen;
  }

  leave(screen: SizedScreen): void {
    screen.viewers--;
    this.#letGo();
  }

  /** Resolves when all is drawn that the backlog has now. */
  async catchUp(): Promise<void> {
    await Promise.all([...this.#all].map((screen) => screen.catchUp()));
  }

  #letGo(): void {
    for (const screen of this.#all) {
      if (screen.viewers === 0 && this.#all.size > 1) this.#all.delete(screen);
    }
  }
}

const apart = (one: TerminalSize, other: TerminalSize): number =>
  Math.abs(one.columns - other.columns) + Math.abs(one.rows - other.rows);
