import { expect, test } from 'vitest';
import { forLua } from './lua-text.ts';

test('what Lua cannot read is replaced, in names as well, and all else stays', () => {
  const value = { 'a\u0000': ['\ud800x', '\u{1f600}', '\\u0000', '"\\\u0000', '\u001b[m\n', 'ퟻ'] };
  expect(JSON.parse(forLua(JSON.stringify(value)))).toEqual({
    'a\ufffd': ['\ufffdx', '\u{1f600}', '\\u0000', '"\\\ufffd', '\u001b[m\n', 'ퟻ'],
  });
});
