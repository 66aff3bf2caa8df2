import { expect, test } from 'vitest';
import { TypedAhead } from './typed-ahead.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (taken: Uint8Array) => new TextDecoder().decode(taken);

test('what was typed a moment ago is given once, in order', () => {
  const ahead = new TypedAhead();
  ahead.keep(bytes('l'), 100);
  ahead.keep(bytes('s\r'), 200);
  expect(text(ahead.take(1000))).toBe('ls\r');
  expect(text(ahead.take(1000))).toBe('');
});

test('what was typed long ago is not', () => {
  const ahead = new TypedAhead();
  ahead.keep(bytes('rm -rf build\r'), 0);
  ahead.keep(bytes('ls'), 4000);
  expect(text(ahead.take(6000))).toBe('ls');
});

test('it does not grow: what is pasted into nothing is not kept', () => {
  const ahead = new TypedAhead();
  ahead.keep(bytes('ls'), 0);
  ahead.keep(new Uint8Array(5000), 0);
  expect(text(ahead.take(1))).toBe('ls');
});
