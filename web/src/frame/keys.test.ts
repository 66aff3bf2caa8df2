import { expect, test } from 'vitest';
import { meant, type Shortcut, written } from './keys.ts';

const shortcut = (keys: string): Shortcut => ({ keys, about: '', act: () => {} });
const known = [shortcut('g m'), shortcut('m'), shortcut('?')];
const press = (key: string, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test('waits for the second of two keys', () => {
  expect(meant(known, undefined, 'g')).toBe('begun');
  expect(meant(known, 'g', 'm')).toBe(known[0]);
});

test('takes a key alone where the one before began nothing', () => {
  expect(meant(known, undefined, 'm')).toBe(known[1]);
  expect(meant(known, 'x', '?')).toBe(known[2]);
  expect(meant(known, 'g', 'q')).toBeUndefined();
});

test('takes the Command key for Ctrl, and no key that is only held', () => {
  expect(written(press('K', { metaKey: true }))).toBe('Ctrl+k');
  expect(written(press('?'))).toBe('?');
  expect(written(press('Shift'))).toBeUndefined();
  expect(written(press('l', { altKey: true }))).toBeUndefined();
});
