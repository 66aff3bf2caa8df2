import { expect, test } from 'vitest';
import { Newest } from './newest.ts';

/** Reads until the value `end` comes. */
async function readAll(from: Newest<string>): Promise<string[]> {
  const read: string[] = [];
  for await (const value of from.read(new AbortController().signal)) {
    if (value === 'end') break;
    read.push(value);
  }
  return read;
}

test('of a key the newest is read, in the order in which it came', async () => {
  const newest = new Newest<string>();
  for (const [key, value] of ['a1', 'b1', 'a2', 'c1'].map((it) => [it[0] as string, it] as const))
    newest.put(key, value);
  expect(newest.size).toBe(3);
  newest.put('end', 'end');
  expect(await readAll(newest)).toEqual(['b1', 'a2', 'c1']);
});

test('what comes while somebody waits is read at once', async () => {
  const newest = new Newest<string>();
  const reading = readAll(newest);
  await Promise.resolve();
  newest.put('a', 'one');
  await Promise.resolve();
  newest.put('a', 'two');
  newest.put('end', 'end');
  expect((await reading).at(-1)).toBe('two');
});

test('an abort ends a wait', async () => {
  const abort = new AbortController();
  const reading = new Newest<string>().read(abort.signal).next();
  abort.abort();
  expect(await reading).toEqual({ value: undefined, done: true });
});

test('who puts can wait until all was read, and is not kept waiting by a reader who leaves', async () => {
  const newest = new Newest<string>();
  const abort = new AbortController();
  const reader = newest.read(abort.signal);
  await newest.taken();
  newest.put('a', 'one');
  let taken = false;
  const waiting = newest.taken().then(() => {
    taken = true;
  });
  expect([(await reader.next()).value, taken]).toEqual(['one', false]);
  const last = reader.next();
  await waiting;
  newest.put('a', 'two');
  const left = newest.taken();
  expect((await last).value).toBe('two');
  await reader.return(undefined);
  await left;
});
