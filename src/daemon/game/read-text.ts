import headless, { type Terminal as Screen } from '@xterm/headless';
import { isVivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import type { Engine } from '../../protocol/engine.ts';
import { answerSize } from '../../protocol/game.ts';
import { usualTerminal } from '../../protocol/terminal-size.ts';
import { boundMarks } from '../hub/bounded-marks.ts';

/** Letters of a log that are drawn at most. */
const mostDrawn = 2 ** 20;

/** The last lines of a machine's console as plain text; of one that is off, of what it said last. */
export async function readText(engine: Engine, name: string, lines: number, scope: Scope): Promise<string> {
  const state = await stateOf(engine, name, lines, scope);
  const { columns, rows } = usualTerminal;
  const screen = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: lines,
    allowProposedApi: true, // for widths and lines
    logLevel: 'off',
  });
  try {
    boundMarks(screen);
    await new Promise<void>((resolve) => screen.write(state, resolve));
    return lastThatFit(linesOf(screen).slice(-lines));
  } finally {
    screen.dispose();
  }
}

async function stateOf(
  engine: Engine,
  name: string,
  lines: number,
  scope: Scope,
): Promise<string | Uint8Array> {
  try {
    const terminal = await engine.machine.console({ name }, scope);
    terminal.close();
    return terminal.scrollback;
  } catch (error) {
    if (!isVivariumError(error, 'machine-state')) throw error;
    let text = '';
    for await (const part of await engine.machine.logs({ name, lines }, scope)) {
      text = (text + part).slice(-mostDrawn);
    }
    return text.replaceAll(/\r?\n/g, '\r\n');
  }
}

/** The lines of scrollback and screen, each as it was printed however often it was wrapped, up to the last that is not empty. */
function linesOf({ buffer: { active } }: Screen): string[] {
  const lines: string[] = [];
  for (let y = 0; y < active.length; y++) {
    const line = active.getLine(y);
    const wraps = active.getLine(y + 1)?.isWrapped ?? false;
    const text = line?.translateToString(!wraps) ?? '';
    if (line?.isWrapped) lines.push((lines.pop() ?? '') + text);
    else lines.push(text);
  }
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function lastThatFit(lines: string[]): string {
  let size = 1000; // of what is around it
  const tooMany = lines.findLastIndex((line) => {
    size += Buffer.byteLength(JSON.stringify(line));
    return size > answerSize;
  });
  return lines.slice(tooMany + 1).join('\n');
}
