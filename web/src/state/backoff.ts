/** Milliseconds before the first try again, and the most. */
const first = 250;
const most = 5000;

/**
 * How long to wait before a try, in milliseconds: it doubles with each that failed. A part of it is left to chance, so
 * that all who lost the same service do not come back at once.
 * @param failed tries that have failed in a row, from 1 on
 * @param chance from 0 to 1
 */
export function backoff(failed: number, chance: number): number {
  const whole = Math.min(most, first * 2 ** (failed - 1));
  return Math.round(whole * (0.7 + 0.3 * chance));
}

/** An event of the window: vmd is heard again, and all that waits for it may try at once. */
export const heardAgain = 'vivarium-heard-again';

/** Resolves after that time; at once when the network or vmd is back, or when `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener('online', over);
      removeEventListener(heardAgain, over);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    addEventListener('online', over);
    addEventListener(heardAgain, over);
    signal.addEventListener('abort', over);
    if (signal.aborted) over();
  });
}
