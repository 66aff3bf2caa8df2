import serialize from '@xterm/addon-serialize';
import headless, { type Terminal } from '@xterm/headless';
import type { TerminalSize } from '../../protocol/terminal-size.ts';
import { boundMarks } from './bounded-marks.ts';
import { screenState } from './screen-state.ts';
import { Unfinished } from './unfinished.ts';

/** Lines that are kept above the screen. */
const scrollback = 2000;

/** Characters of a state; where lines with many colours take more, there is less scrollback in it. */
const largestState = 2 ** 20;

/** A terminal that nobody looks at, and that knows at each moment what one would see. */
export class Screen {
  readonly #terminal: Terminal;
  readonly #cells = new serialize.SerializeAddon();
  readonly #unfinished = new Unfinished();
  #state: Uint8Array | undefined;

  constructor({ columns, rows }: TerminalSize) {
    this.#terminal = new headless.Terminal({
      cols: columns,
      rows,
      scrollback,
      allowProposedApi: true, // for widths and states
      logLevel: 'off', // what a guest prints is no matter of vmd's log
    });
    this.#terminal.loadAddon(this.#cells);
    boundMarks(this.#terminal);
    this.#terminal.parser.registerOscHandler(8, () => true); // a link may be as long as a guest likes
  }

  /** @param drawn is called when the screen shows the bytes, and nothing of what comes after them */
  write(bytes: Uint8Array, drawn: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#terminal.write(bytes, () => {
        this.#unfinished.read(bytes);
        this.#state = undefined;
        drawn();
        resolve();
      });
    });
  }

  /**
   * Escape sequences that have a terminal which was reset show what this one does, with its scrollback; and stand
   * where it does in the midst of a sequence, if it does.
   */
  state(): Uint8Array {
    this.#state ??= Buffer.concat([Buffer.from(this.#drawn()), this.#unfinished.bytes]);
    return this.#state;
  }

  #drawn(): string {
    for (let lines = scrollback; ; lines >>= 2) {
      const state = screenState(this.#terminal, this.#cells, lines);
      if (lines === 0 || state.length <= largestState) return state;
    }
  }
}
