import { styleText } from 'node:util';
import { roundDuration } from '../base/durations.ts';
import { printable, printableJson } from '../base/printable.ts';
import type { Progress } from '../base/scope.ts';

type Style = Parameters<typeof styleText>[0];

/** Text in colour where standard output is a terminal that has some (NO_COLOR and FORCE_COLOR count). */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Ends the line of a step that is being done, so that nothing else is written behind it. */
let endStep = (): void => {};

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

/** What the step that is being done says. */
let step: string | undefined;

/** Prints the steps of a long operation on standard error, each with how far it is and how long it took. */
export function printProgress(progress: Progress): void {
  if (progress.kind === 'warning') {
    note(`vm: ${progress.text}`);
    return;
  }
  const amount =
    progress.of && process.stderr.isTTY ? ` ${Math.round(((progress.done ?? 0) / progress.of) * 100)}%` : '';
  const line = `  ${printable(progress.text)}${amount} …`;
  if (step === progress.text) {
    if (process.stderr.isTTY) process.stderr.write(`\r${line}`);
    return;
  }
  endStep();
  const began = performance.now();
  step = progress.text;
  process.stderr.write(line);
  endStep = () => {
    process.stderr.write(` ${roundDuration(performance.now() - began)}\n`);
    endStep = () => {};
    step = undefined;
  };
}

/** The last step has ended. */
export function endProgress(): void {
  endStep();
}
