import { expect, test } from 'vitest';
import { own } from './own.ts';

test('what a table has is found, and what every object has is not', () => {
  expect(own({ a: 1 }, 'a')).toBe(1);
  for (const name of ['b', '', 'constructor', 'toString', '__proto__'])
    expect(own({ a: 1 }, name)).toBeUndefined();
});
