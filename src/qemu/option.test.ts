import { expect, test } from 'vitest';
import { option, readOption } from './option.ts';

test.each<[string, Parameters<typeof option>]>([
  ['user', ['user']],
  ['user,id=net0', ['user', { id: 'net0' }]],
  ['id=net0,n=1', ['', { id: 'net0', n: 1 }]],
  ['on=on,off=off', ['', { on: true, off: false }]],
  ['a=1', ['', { a: 1, b: undefined }]],
  ['file=a,,b,,,,c,d=e=f', ['', { file: 'a,b,,c', d: 'e=f' }]],
  ['e=', ['', { e: '' }]],
  ['', ['']],
])('%s', (text, args) => expect(option(...args)).toBe(text));

test.each<[string, ReturnType<typeof readOption>]>([
  ['', []],
  ['user', [['user', undefined]]],
  [
    'user,id=net0,hostfwd=tcp::1-:2,hostfwd=tcp::3-:4',
    [
      ['user', undefined],
      ['id', 'net0'],
      ['hostfwd', 'tcp::1-:2'],
      ['hostfwd', 'tcp::3-:4'],
    ],
  ],
  [
    'file=a,,b,,,,c,d=e=f',
    [
      ['file', 'a,b,,c'],
      ['d', 'e=f'],
    ],
  ],
  ['e=', [['e', '']]],
  ['snapshot,', [['snapshot', undefined]]],
])('%s is read', (text, pairs) => expect(readOption(text)).toEqual(pairs));
