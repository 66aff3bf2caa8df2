import { expect, test } from 'vitest';
import { Gathering } from './gathering.ts';

test('nobody goes on before the last has come', async () => {
  const all = new Gathering(2);
  const seen: string[] = [];
  const first = all.arrive().then(() => seen.push('first'));
  await Promise.resolve();
  expect(seen).toEqual([]);
  await Promise.all([first, all.arrive().then(() => seen.push('second'))]);
  expect(seen.sort()).toEqual(['first', 'second']);
});

test('all who wait are told that one does not come', async () => {
  const all = new Gathering(3);
  const waiting = [all.arrive(), all.arrive()];
  all.fail(new Error('gone'));
  for (const it of waiting) await expect(it).rejects.toThrow('gone');
});
