import { signal } from '@preact/signals';
import { type Engine, httpEngine, isVivariumError } from '../engine.ts';
import { dropDrafts } from './drafts.ts';

/** The service that this page came from, as whoever has the token; undefined before one is known. */
export const engine = signal<Engine | undefined>(undefined);

/** Why a token is asked for: none yet, or the one there was is refused. */
export const refused = signal<string | undefined>(undefined);

const place = 'vivarium.token';

/** Takes the token of the address once (`#token=…`), else the one that was kept. */
export function openSession(): void {
  const given = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (given !== undefined) history.replaceState(null, '', location.pathname);
  const token = given === undefined ? localStorage.getItem(place) : decodeURIComponent(given);
  if (token) enter(token);
}

export function enter(token: string): void {
  localStorage.setItem(place, token);
  refused.value = undefined;
  engine.value = httpEngine({ url: location.origin, token, detached: true });
}

export function leave(reason?: string): void {
  dropDrafts();
  localStorage.removeItem(place);
  refused.value = reason;
  engine.value = undefined;
}

/** The engine. @throws where nobody is logged in: nothing of the page that asks is shown then */
export function here(): Engine {
  if (!engine.value) throw new Error('no token yet');
  return engine.value;
}

/** Whether it says that the token is no good; the page then asks for another. */
export function leavesWith(error: unknown): boolean {
  if (!isVivariumError(error) || (error.code as string) !== 'token-invalid') return false;
  leave(error.message);
  return true;
}
