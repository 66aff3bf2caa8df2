import { expect, test } from 'vitest';
import { checkName, nameFrom } from './names.ts';

test.each(['a', '7', 'hello', 'Debian-12.1', 'c++', 'a_b', 'a'.repeat(63)])('%s is a name', (name) =>
  expect(checkName('a machine', name)).toBe(name),
);

test.each([
  ['empty', ''],
  ['a way out', '../x'],
  ['the directory itself', '.'],
  ['a path', 'a/b'],
  ['absolute', '/etc'],
  ['hidden', '.images'],
  ['an option', '-rf'],
  ['a space', 'a b'],
  ['a space before', ' a'],
  ['a line end after', 'a\n'],
  ['a NUL', 'a\0b'],
  ['an escape', 'a\u001b[31m'],
  ['a C1 control', 'a\u009b31m'],
  ['bidirectional', 'a\u202eb'],
  ['letters beyond ASCII', 'käfer'],
  ['64 characters', 'a'.repeat(64)],
  ['300 characters', 'a'.repeat(300)],
])('%s is no name', (_, name) =>
  expect(() => checkName('a machine', name)).toThrow(
    expect.objectContaining({ code: 'name-invalid', details: { what: 'a machine', name } }),
  ),
);

test('what is refused is quoted: short, and with nothing that a terminal obeys', () => {
  const message = (name: string) => {
    try {
      return checkName('a machine', name);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(message('../x')).toBe('"../x" cannot be the name of a machine.');
  expect(message('x'.repeat(300))).toHaveLength(80 + '"" cannot be the name of a machine.'.length);
  expect(message('\u001b]0;x\u0007\u009b1m\u202e')).toMatch(/^[\x20-\x7e]+$/);
});

test.each([
  ['ubuntu-24.04', 'ubuntu-24.04'],
  ['Windows 10 (old)', 'Windows-10-old'],
  ['käfer', 'kafer'],
  ['.hidden', 'hidden'],
  ['../../etc', 'etc'],
  ['a\n\u001b[31mb', 'a-31mb'],
  ['x'.repeat(80), 'x'.repeat(63)],
  [`${'x'.repeat(62)} y`, 'x'.repeat(62)],
])('%j becomes the name %s', (text, name) => expect(checkName('a machine', nameFrom(text) ?? '')).toBe(name));

test.each(['', '机器', '---', ' '])('%j has nothing that could be a name', (text) =>
  expect(nameFrom(text)).toBeUndefined(),
);
