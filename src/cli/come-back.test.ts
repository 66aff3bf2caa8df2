import { expect, test } from 'vitest';
import { VivariumError } from '../base/errors.ts';
import { lastingItems } from './come-back.ts';

const gone = () => new VivariumError('service-unreachable', { address: 'vmd', problem: 'it is gone' });

/** Items, and then an error or the end. */
async function* saying(items: string[], end?: Error): AsyncGenerator<string> {
  yield* items;
  if (end) throw end;
}

/** All that comes of what is opened in turns, and how often it was lost. */
async function allOf(...turns: (AsyncIterable<string> | Error)[]) {
  const [all, backs]: [string[], boolean[]] = [[], []];
  let lost = 0;
  const { signal } = new AbortController();
  const open = async (isBack: boolean) => {
    backs.push(isBack);
    const turn = turns.shift();
    if (!turn || turn instanceof Error) throw turn ?? new Error('opened once too often');
    return turn;
  };
  for await (const item of lastingItems({ open, signal, lost: () => lost++ })) all.push(item);
  return { all, backs, lost };
}

test('items go on when the service is back', async () => {
  expect(await allOf(saying(['a'], gone()), gone(), gone(), saying(['b']))).toEqual({
    all: ['a', 'b'],
    backs: [false, true, true, true],
    lost: 1,
  });
});

test('a service that is not there at first, and every other error, is an end', async () => {
  await expect(allOf(gone())).rejects.toThrow('it is gone');
  await expect(allOf(saying(['a'], new Error('broken')))).rejects.toThrow('broken');
  await expect(allOf(saying([], gone()), new Error('no token any more'))).rejects.toThrow('no token');
});
