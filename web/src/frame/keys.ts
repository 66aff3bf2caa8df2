/** A key, or two one after the other (`g m`), and what it does. */
export interface Shortcut {
  keys: string;
  about: string;
  act: () => void;
}

/**
 * The shortcut that is meant by the keys that were pressed.
 * @param pending the key before, where it was pressed just now
 */
export function meant(
  shortcuts: readonly Shortcut[],
  pending: string | undefined,
  key: string,
): Shortcut | 'begun' | undefined {
  const two = pending === undefined ? undefined : shortcuts.find(({ keys }) => keys === `${pending} ${key}`);
  const one = shortcuts.find(({ keys }) => keys === key);
  if (two ?? one) return two ?? one;
  return shortcuts.some(({ keys }) => keys.startsWith(`${key} `)) ? 'begun' : undefined;
}

/** How a key press is written: `?`, `Ctrl+k`; undefined where the key alone says nothing. */
export function written(event: {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'].includes(event.key) || event.altKey) return undefined;
  const held = event.ctrlKey || event.metaKey;
  return held ? `Ctrl+${event.key.toLowerCase()}` : event.key;
}

/** Milliseconds in which the second of two keys is to come. */
const patience = 1200;

/** Listens for the shortcuts that hold now; where somebody writes, only for those with Ctrl; at a console, for none. */
export function listen(shortcuts: () => readonly Shortcut[]): () => void {
  let pending: { key: string; at: number } | undefined;
  const pressed = (event: KeyboardEvent) => {
    const key = written(event);
    if (event.defaultPrevented || key === undefined || takesAll(event.target)) return;
    if (writes(event.target) && !key.startsWith('Ctrl+')) return;
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
