import { expect, test } from 'vitest';
import { Undo } from './undo.ts';

async function work(act: (undo: Undo, done: string[]) => unknown): Promise<string[]> {
  const done: string[] = [];
  const attempt = async () => {
    await using undo = new Undo();
    for (const step of ['one', 'two', 'three']) undo.push(async () => done.push(step));
    await act(undo, done);
  };
  await attempt().catch((error) => done.push((error as Error).message));
  return done;
}

const fail = () => {
  throw new Error('failed');
};

test('an error takes back the steps, last first, and goes on', async () => {
  expect(await work(fail)).toEqual(['three', 'two', 'one', 'failed']);
});

test('what is kept is not taken back', async () => {
  expect(await work((undo) => undo.keep())).toEqual([]);
});

test('what is pushed after keeping is taken back', async () => {
  const taken = await work((undo, done) => {
    undo.keep();
    undo.push(() => done.push('late'));
  });
  expect(taken).toEqual(['late']);
});

test('a step that fails does not keep the others from running, and is told', async () => {
  expect(await work((undo) => undo.push(fail))).toEqual(['three', 'two', 'one', 'failed']);
});
