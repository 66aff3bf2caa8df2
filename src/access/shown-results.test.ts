import { expect, test } from 'vitest';
import { type Operation, operation } from '../protocol/operation.ts';
import { operations } from '../protocol/operations.ts';
import { shownResults } from './shown-results.ts';

test('it is said of each operation that is not the administrator’s what others see of its result', () => {
  const others = Object.entries(operations as unknown as Record<string, Operation>)
    .filter(([name, { access }]) => access !== 'admin' && name !== 'token.self') // of which they see all
    .map(([name]) => name);
  expect(Object.keys(shownResults).sort()).toEqual(others.sort());
});

test('an operation of which nothing is said is the administrator’s', () => {
  expect(operation<string>()(() => ({}), { summary: 'Do something new' }).access).toBe('admin');
});
