import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { touchLost, whileHeard } from './while-heard.ts';

const page = new EventTarget();
beforeEach(() => {
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});
afterEach(() => vi.unstubAllGlobals());

test('hands on what comes, to its end or its error', async () => {
  const from = async function* () {
    yield 1;
    yield 2;
  };
  expect(await Array.fromAsync(whileHeard(from()))).toEqual([1, 2]);
  const failing = async function* () {
    yield 1;
    throw new Error('cut');
  };
  await expect(Array.fromAsync(whileHeard(failing()))).rejects.toThrow('cut');
});

test('does not wait for what never comes once touch is lost', async () => {
  const silent = async function* () {
    yield 1;
    await new Promise(() => {});
  };
  for (const event of ['offline', touchLost]) {
    const seen = [];
    for await (const item of whileHeard(silent())) {
      seen.push(item);
      setTimeout(() => page.dispatchEvent(new Event(event)));
    }
    expect(seen).toEqual([1]);
  }
});
