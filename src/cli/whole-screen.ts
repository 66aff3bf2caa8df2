/** The terminal's other screen (xterm's 1049), without a cursor, and with lines that are cut at its edge. */
const [enter, leave] = ['\x1b[?1049h\x1b[?25l\x1b[?7l', '\x1b[?7h\x1b[?25h\x1b[?1049l'];

/** The whole terminal, until this is disposed; then it is as it was. */
export interface WholeScreen extends Disposable {
  /** Shows lines in the place of those before; what does not fit is left out. */
  show(text: string): void;
  /** Aborts when one of the keys is pressed. */
  left: AbortSignal;
}

export function takeScreen(keys: readonly string[]): WholeScreen {
  const left = new AbortController();
  const pressed = (typed: Buffer) => {
    if (keys.some((key) => typed.includes(key))) left.abort();
  };
  const input = process.stdin.isTTY ? process.stdin : undefined;
  input?.setRawMode(true).on('data', pressed);
  process.stdout.write(enter);
  return {
    left: left.signal,
    show: (text) => {
      const lines = text.split('\n').slice(0, process.stdout.rows || 24);
      process.stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
    },
    [Symbol.dispose]: () => {
      process.stdout.write(leave);
      input?.setRawMode(false).off('data', pressed).pause();
    },
  };
}
