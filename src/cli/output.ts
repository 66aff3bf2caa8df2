import { styleText } from 'node:util';
import { printable, printableJson } from '../base/printable.ts';
import type { Progress } from '../base/scope.ts';
import { endStep, showStep } from './progress.ts';

type Style = Parameters<typeof styleText>[0];

/** Text in colour where standard output is a terminal that has some (NO_COLOR and FORCE_COLOR count). */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Writes a text that we made; what a guest or a file brought into it is `printable` by then. */
export function print(text: string): void {
  endStep();
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(toJson(value, 2));
}

export function toJson(value: unknown, indent?: number): string {
  return printableJson(JSON.stringify(value, null, indent));
}

/** For people who watch, made `printable`; never part of what a program reads. */
export function note(text: string): void {
  endStep();
  process.stderr.write(`${printable(text)}\n`);
}

/** Rows under headings, as wide as they need to be. Colour is put on after, by `paint`. */
export function table(
  headings: string[],
  rows: string[][],
  paint: (cell: string, column: number) => string = (cell) => cell,
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[], dress: typeof paint) =>
    cells
      .map((cell, column) => {
        const gap = column === cells.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cell.length + 2);
        return dress(cell, column) + gap;
      })
      .join('')
      .trimEnd();
  return [line(headings, (cell) => styled('dim', cell)), ...rows.map((row) => line(row, paint))].join('\n');
}

/** Shows the steps of a long operation on standard error, and warnings between them. */
export function printProgress(progress: Progress): void {
  if (progress.kind === 'warning') note(`vm: ${progress.text}`);
  else showStep(progress);
}

/** The last step has ended. */
export const endProgress = endStep;
