import { roundDuration } from '../base/durations.ts';
import { printable } from '../base/printable.ts';
import type { Progress } from '../base/scope.ts';
import { amountText, progressLine } from './progress-line.ts';

/** The step that is being done. */
interface Step {
  text: string;
  began: number;
  /** Bytes done when it began. */
  from: number;
  /** When something was written of it last. */
  told: number;
}

let step: Step | undefined;

/** Milliseconds between two pictures of a line that is drawn again in its place, and between two lines in a log. */
const redraw = 100;
const nextLine = 10_000;

const clearLine = '\r\x1b[K';

/** Ends the line of the step that is being done, so that nothing else is written behind it. */
export function endStep(): void {
  if (!step) return;
  const { text, began } = step;
  step = undefined;
  const again = process.stderr.isTTY ? `${clearLine}  ${text} …` : '';
  process.stderr.write(`${again} ${roundDuration(performance.now() - began)}\n`);
}

/** Shows a step on standard error: how long it took, and while it lasts how far it is, as far as that is known. */
export function showStep(progress: Extract<Progress, { kind: 'step' }>): void {
  const text = printable(progress.text).replaceAll('\n', ' ');
  const { done, of } = progress;
  const now = performance.now();
  if (step?.text !== text) {
    endStep();
    step = { text, began: now, from: done ?? 0, told: now };
    process.stderr.write(`  ${text} …`);
    return;
  }
  if (done === undefined || now - step.told < (process.stderr.isTTY ? redraw : nextLine)) return;
  step.told = now;
  const amount = { done, of, from: step.from, elapsed: now - step.began };
  process.stderr.write(
    process.stderr.isTTY
      ? clearLine + progressLine(text, amount, process.stderr.columns || 80)
      : `\n    ${amountText(amount)} …`,
  );
}
