import type { TerminalSize } from '../protocol/terminal-size.ts';

/** Somebody sits at a terminal, and types and reads there. */
export const atTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** The size of the terminal as it is now; nothing where there is none, or it does not say. */
export function ownTerminal(): TerminalSize | undefined {
  const [columns, rows] = atTerminal() ? process.stdout.getWindowSize() : [];
  return columns && rows ? { columns, rows } : undefined;
}
