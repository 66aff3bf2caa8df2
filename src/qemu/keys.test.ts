import { expect, test } from 'vitest';
import { keyCodes } from './key-codes.ts';
import { keysOfText, parseCombination } from './keys.ts';

test.each([
  ['a', ['a']],
  ['ctrl-alt-delete', ['ctrl', 'alt', 'delete']],
  ['Ctrl+Alt+Del', ['ctrl', 'alt', 'delete']],
  ['shift-A', ['shift', 'a']],
  ['F12', ['f12']],
  ['enter', ['ret']],
  ['-', ['minus']],
  ['ctrl-[', ['ctrl', 'bracket_left']],
  ['win', ['meta_l']],
  ['kp_enter', ['kp_enter']],
])('%s is %j', (text, keys) => expect(parseCombination(text)).toEqual(keys));

test.each([
  ['', []],
  ['ctrl--', []],
  ['ctrl-alt-delet', ['delete']],
  ['f25', ['f15', 'f2', 'f20']],
  ['ö', []],
  ['constructor', []],
])('%j is no combination', (text, similar) =>
  expect(() => parseCombination(text)).toThrow(
    expect.objectContaining({ code: 'key-unknown', details: expect.objectContaining({ similar }) }),
  ),
);

test('a text is typed on a US keyboard', () => {
  expect(keysOfText('aZ9 ~-_\t\r\n"|')).toEqual([
    ['a'],
    ['shift', 'z'],
    ['9'],
    ['spc'],
    ['shift', 'grave_accent'],
    ['minus'],
    ['shift', 'minus'],
    ['tab'],
    ['ret'],
    ['shift', 'apostrophe'],
    ['shift', 'backslash'],
  ]);
});

test('every printable ASCII character has a key that QEMU knows, and each its own', () => {
  const ascii = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)).join('');
  const keys = keysOfText(ascii);
  for (const key of keys.flat()) expect(keyCodes).toContain(key);
  expect(new Set(keys.map((combination) => combination.join('-'))).size).toBe(95);
});

test.each(['é', '漢', '🙂', '\0'])('%j is on no US keyboard', (text) =>
  expect(() => keysOfText(`a${text}`)).toThrow(
    expect.objectContaining({ code: 'key-unknown', details: { key: text, similar: [] } }),
  ),
);
