import { setTimeout as pause } from 'node:timers/promises';
import { awaiting, type Scope } from '../base/scope.ts';
import { failed, Passing, type Patience } from './http.ts';

const longestPause = 16_000;

/** A server that gives a few bytes at each try is not followed for ever. */
const mostTries = 200;

/**
 * Tries again what failed in passing, more and more slowly while nothing comes of it.
 * @param progress how far it is, so that a try that brought something does not count as in vain
 * @throws `download-failed`, `interrupted`, `timeout`, and what `attempt` throws but Passing
 */
export async function retrying<T>(
  scope: Scope,
  url: URL,
  patience: Patience,
  attempt: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  const awaited = awaiting(`the download from ${url.host}`);
  let inVain = 0;
  for (let tries = 1; ; tries++) {
    const before = progress();
    try {
      return await attempt();
    } catch (error) {
      scope.check(awaited);
      if (!(error instanceof Passing)) throw error;
      inVain = progress() > before ? 0 : inVain + 1;
      if (inVain >= patience.tries || tries >= mostTries) throw failed(url, error.message, error);
      scope.warn(`${url.host}: ${error.message}; trying again.`);
    }
    const wait = Math.min(patience.pause * 2 ** inVain, longestPause);
    await pause(wait, undefined, { signal: scope.signal }).catch(() => scope.check(awaited));
  }
}
