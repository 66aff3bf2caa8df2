import { signal } from '@preact/signals';
import { meant, type Shortcut, written } from './keys.ts';

const place = 'vivarium.single-keys';

/** Whether keys do something without Ctrl: whoever speaks to the page, or types by accident, may not want it. */
export const singleKeys = signal(localStorage.getItem(place) !== 'off');

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  localStorage.setItem(place, on ? 'on' : 'off');
}

/** Milliseconds in which the second of two keys is to come. */
const patience = 1200;

/** Listens for the shortcuts that hold now; where somebody writes, only for those with Ctrl; at a console, for none. */
export function listen(shortcuts: () => readonly Shortcut[]): () => void {
  let pending: { key: string; at: number } | undefined;
  const pressed = (event: KeyboardEvent) => {
    const key = written(event);
    if (event.defaultPrevented || key === undefined || takesAll(event.target)) return;
    if ((writes(event.target) || !singleKeys.value) && !key.startsWith('Ctrl+')) return;
    if (document.querySelector('dialog[open]') && key !== 'Ctrl+k') return;
    const before = pending && Date.now() - pending.at < patience ? pending.key : undefined;
    pending = undefined;
    const found = meant(shortcuts(), before, key);
    if (found === undefined) return;
    if (found === 'begun') {
      pending = { key, at: Date.now() };
      return;
    }
    event.preventDefault();
    found.act();
  };
  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}

const takesAll = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[data-keys=all]') !== null;

const writes = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
