import { printable } from '../engine.ts';

/** Lines of a log that are kept on the page. */
export const room = 5000;

/** A log as it is shown: whole lines, and one that is not ended yet. */
export interface Log {
  lines: readonly string[];
  rest: string;
  /** Lines that were let go, oldest first. */
  gone: number;
}

export const noLog: Log = { lines: [], rest: '', gone: 0 };

/** The log with what came. What a guest says is made harmless; a line that it wrote over is shown as it was last. */
export function withText(log: Log, text: string): Log {
  const parts = `${log.rest}${text}`.split('\n');
  const rest = parts.pop() ?? '';
  const lines = [...log.lines, ...parts.map(shown)];
  const over = Math.max(0, lines.length - room);
  return { lines: over > 0 ? lines.slice(over) : lines, rest, gone: log.gone + over };
}

const shown = (line: string): string => printable(line.replace(/\r+$/, '').replace(/^.*\r/, ''));
