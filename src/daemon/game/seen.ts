import headless, { type Terminal as Screen } from '@xterm/headless';
import type { GameNews, GameScreen, Run } from '../../protocol/game.ts';
import type { TerminalSize } from '../../protocol/terminal-size.ts';
import { boundMarks } from '../hub/bounded-marks.ts';
import { coreOf } from '../hub/xterm-core.ts';
import { runsOf } from './runs.ts';
import type { Piece, Source, Stamps } from './stamped.ts';

/** What has changed of a screen: that it began, where its cursor is, or a line. */
type Change = 'begun' | 'cursor' | [y: number, runs: Run[]];

/** Something as it was when it was last looked at, its JSON, and the stamp of its last change. */
interface Kept<Value> {
  stamp: number;
  json: string;
  value: Value;
}

/** RIS, Reset to Initial State. */
const reset = '\x1bc';

/**
 * The screen of a console that is looked at. What it shows is compared with what it showed when news are asked for: so
 * a guest that prints for ever has no more to tell than one that prints once.
 */
export class Seen implements Source<Change> {
  readonly #machine: string;
  readonly #size: TerminalSize;
  readonly #stamps: Stamps;
  readonly #screen: Screen;
  readonly #begun: number;
  readonly #lines: Kept<Run[]>[];
  readonly #cursor: Kept<GameScreen['cursor']>;
  #drawn = false;

  /** @param answer takes what the terminal says by itself when the guest asks it something */
  constructor(machine: string, size: TerminalSize, stamps: Stamps, answer: (bytes: Uint8Array) => void) {
    this.#machine = machine;
    this.#size = size;
    this.#stamps = stamps;
    this.#screen = new headless.Terminal({
      cols: size.columns,
      rows: size.rows,
      scrollback: 0,
      allowProposedApi: true, // for widths and cells
      logLevel: 'off', // what a guest prints is no matter of vmd's log
    });
    boundMarks(this.#screen);
    this.#screen.parser.registerOscHandler(8, () => true); // a link may be as long as a guest likes
    this.#screen.onData((data) => answer(Buffer.from(data)));
    this.#begun = stamps.next();
    this.#lines = Array.from({ length: size.rows }, () => ({ stamp: 0, json: '[]', value: [] }));
    this.#cursor = { stamp: 0, json: '', value: this.#cursorNow() };
  }

  /** Shows a state from the beginning. */
  async show(state: Uint8Array): Promise<void> {
    this.#screen.write(reset);
    await this.write(state);
  }

  /** Resolves when it is drawn. */
  async write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.#screen.write(bytes, resolve));
    this.#drawn = true;
    this.#stamps.changed();
  }

  pieces(after: number): Piece<Change>[] {
    this.#compare();
    const all: Piece<Change>[] = [
      { stamp: this.#begun, size: 100, item: 'begun' },
      { stamp: this.#cursor.stamp, size: 100, item: 'cursor' },
      ...this.#lines.map(
        ({ stamp, json, value }, y): Piece<Change> => ({
          stamp,
          size: Buffer.byteLength(json) + 6,
          item: [y, value],
        }),
      ),
    ];
    return all.filter(({ stamp }) => stamp > after);
  }

  tell(changes: Change[]): GameNews[] {
    const screen: GameScreen = {
      kind: 'screen',
      machine: this.#machine,
      ...this.#size,
      ...(changes.includes('begun') && { whole: true }),
      cursor: this.#cursor.value,
      lines: changes.filter((it) => typeof it !== 'string'),
    };
    return [screen];
  }

  /** What was told stays as it is: a line is told again when it has changed. */
  forget(): void {}

  /** Gives a stamp to what has changed since the last look. */
  #compare(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    const { active } = this.#screen.buffer;
    for (const [y, kept] of this.#lines.entries()) {
      this.#keep(kept, runsOf(active.getLine(active.baseY + y), this.#size.columns));
    }
    this.#keep(this.#cursor, this.#cursorNow());
  }

  #keep<Value>(kept: Kept<Value>, value: Value): void {
    const json = JSON.stringify(value);
    if (kept.json === json) return;
    Object.assign(kept, { stamp: this.#stamps.next(), json, value });
  }

  /** Behind the last column it stands on it. */
  #cursorNow(): GameScreen['cursor'] {
    const { active } = this.#screen.buffer;
    return {
      x: Math.min(active.cursorX, this.#size.columns - 1),
      y: active.cursorY,
      visible: !coreOf(this.#screen).coreService.isCursorHidden,
    };
  }
}
