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
