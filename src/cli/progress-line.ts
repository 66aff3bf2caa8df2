import { roundDuration } from '../base/durations.ts';
import { roundSize } from '../base/sizes.ts';

export interface Amount {
  /** Bytes. */
  done: number;
  of?: number | undefined;
  /** Bytes that were done when the step began here: they took no time. */
  from: number;
  /** Milliseconds since then. */
  elapsed: number;
}

const barWidth = 24;

/** Before this many milliseconds a rate is chance. */
const tellingTime = 500;

/** How far a step is, in one line: `42% of 512M, 12M/s, 25s left`, behind a bar where there is room for it. */
export function progressLine(text: string, amount: Amount, columns: number): string {
  const facts = amountText(amount);
  const bare = `  ${text}  ${facts}`;
  const part = partOf(amount);
  if (part === undefined || bare.length + barWidth + 3 >= columns) return cut(bare, columns);
  const full = Math.round(part * barWidth);
  return `  ${text} [${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${facts}`;
}

export function amountText(amount: Amount): string {
  const { done, of, from, elapsed } = amount;
  const part = partOf(amount);
  const rate = elapsed < tellingTime ? 0 : ((done - from) / elapsed) * 1000;
  const left = part === undefined || of === undefined || rate === 0 ? undefined : ((of - done) / rate) * 1000;
  return [
    part === undefined ? roundSize(done) : `${Math.floor(part * 100)}% of ${roundSize(of ?? 0)}`,
    rate >= 1 ? `${roundSize(rate)}/s` : undefined,
    left === undefined || done === of ? undefined : `${roundDuration(Math.max(1000, left))} left`,
  ]
    .filter((fact) => fact !== undefined)
    .join(', ');
}

function partOf({ done, of }: Amount): number | undefined {
  return of === undefined || of === 0 ? undefined : Math.min(1, done / of);
}

/** A line that is as long as the terminal is wide would be followed by an empty one. */
const cut = (line: string, columns: number): string =>
  line.length < columns ? line : line.slice(0, columns - 1);
