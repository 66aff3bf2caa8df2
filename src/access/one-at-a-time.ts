import { awaiting, type Scope } from '../base/scope.ts';

/** The last that was begun for each key. */
const last = new Map<string, Promise<unknown>>();

/** Does things that have the same key one after the other. @throws `interrupted`, `timeout` before its turn comes */
export async function oneAtATime<T>(scope: Scope, key: string, act: () => Promise<T>): Promise<T> {
  const before = last.get(key) ?? Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const mine = before.then(() => promise);
  last.set(key, mine);
  try {
    await untilTurn(scope, before);
    return await act();
  } finally {
    resolve();
    if (last.get(key) === mine) last.delete(key);
  }
}

async function untilTurn(scope: Scope, before: Promise<unknown>): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const abort = () => aborted.resolve();
  scope.signal.addEventListener('abort', abort);
  try {
    if (!scope.signal.aborted) await Promise.race([before, aborted.promise]);
    scope.check(awaiting('what the same token has asked for before'));
  } finally {
    scope.signal.removeEventListener('abort', abort);
  }
}
