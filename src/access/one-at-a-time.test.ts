import { expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { oneAtATime } from './one-at-a-time.ts';

const gate = () => Promise.withResolvers<void>();

test('one begins when the one before has ended, be it by an error', async () => {
  const said: string[] = [];
  const first = gate();
  const one = oneAtATime(new Scope(), 'a', async () => {
    said.push('one');
    await first.promise;
    said.push('one ends');
    throw new Error('one');
  });
  const two = oneAtATime(new Scope(), 'a', async () => said.push('two'));
  await oneAtATime(new Scope(), 'b', async () => said.push('another key'));
  first.resolve();
  await expect(one).rejects.toThrow('one');
  await two;
  expect(said).toEqual(['one', 'another key', 'one ends', 'two']);
});

test('who gives up while it waits does nothing, and keeps nobody', async () => {
  const first = gate();
  const one = oneAtATime(new Scope(), 'a', () => first.promise);
  const caller = new AbortController();
  const two = oneAtATime(new Scope({ signal: caller.signal }), 'a', async () => expect.unreachable());
  const late = oneAtATime(new Scope({ timeout: 10 }), 'a', async () => expect.unreachable());
  const four = oneAtATime(new Scope(), 'a', async () => 4);
  caller.abort();
  await expect(two).rejects.toSatisfy((error) => isVivariumError(error, 'interrupted'));
  await expect(late).rejects.toSatisfy((error) => isVivariumError(error, 'timeout'));
  first.resolve();
  await one;
  expect(await four).toBe(4);
});
