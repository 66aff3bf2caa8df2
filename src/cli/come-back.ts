import { setTimeout } from 'node:timers/promises';
import { isVivariumError } from '../base/errors.ts';
import { note } from './output.ts';

/** Milliseconds until the first try to get back, which are doubled from one to the next, and the most they become. */
const soon = 100;
const atMost = 5000;

/**
 * Opens something of a service that is away for a while, again and again until it is back.
 * @param away is told of each try in vain
 * @returns undefined where nobody wants it any more
 * @throws what `open` throws, but for `service-unreachable`
 */
export async function comeBack<T>(
  open: () => Promise<T>,
  unwanted: AbortSignal,
  away: (why: Error) => void = () => {},
): Promise<T | undefined> {
  for (let wait = soon; !unwanted.aborted; wait = Math.min(2 * wait, atMost)) {
    try {
      return await open();
    } catch (error) {
      if (!isVivariumError(error, 'service-unreachable')) throw error;
      away(error);
    }
    await pause(wait, unwanted);
  }
  return undefined;
}

/** What comes from a service, and goes on coming when that was away for a while. */
export interface LastingItems<Item> {
  /** Opens it, at first and once more; `isBack` where the connection was lost. */
  open(isBack: boolean): Promise<AsyncIterable<Item>>;
  /** Where nobody wants it any more. */
  signal: AbortSignal;
  /** Is told each time that the connection is lost, with why. */
  lost(why: Error): void;
}

/** Items that outlive the service they come from; what comes while it is away is missing. @throws what `open` throws at first */
export async function* lastingItems<Item>({ open, signal, lost }: LastingItems<Item>): AsyncGenerator<Item> {
  for (let items = await open(false); ; ) {
    try {
      yield* items;
      return;
    } catch (error) {
      if (!isVivariumError(error, 'service-unreachable') || signal.aborted) throw error;
      lost(error);
    }
    const again = await comeBack(() => open(true), signal);
    if (!again) return;
    items = again;
  }
}

/** Says on standard error that a service is away, the first time. */
export function sayLost(): (why: Error) => void {
  let said = false;
  return ({ message }) => {
    if (!said) note(`vm: ${message} Trying again; what comes meanwhile may be missing. Ctrl-C ends.`);
    said = true;
  };
}

/** Waits, less long where nobody wants it any more. */
export async function pause(ms: number, until: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal: until }).catch((error) => {
    if (!until.aborted) throw error;
  });
}
