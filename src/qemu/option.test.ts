import { expect, test } from 'vitest';
import { option } from './option.ts';

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
