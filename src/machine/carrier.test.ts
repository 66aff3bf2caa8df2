import { expect, test } from 'vitest';
import { heading } from './carrier.ts';

async function read(...chunks: string[]): Promise<[string, string]> {
  async function* stream() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const { said, rest } = await heading(stream());
  let text = '';
  for await (const chunk of rest) text += Buffer.from(chunk).toString();
  return [said, text];
}

test.each<[string, string[], [string, string]]>([
  ['a line and what follows', ['vivarium: 12\nabc\ndef'], ['12', 'abc\ndef']],
  ['a line in pieces', ['viva', 'rium: 1', '2', '\na', 'bc'], ['12', 'abc']],
  ['what a login shell says first', ['Welcome!\n\nvivarium: gnu\n'], ['gnu', '']],
  ['nothing', [], ['', '']],
  ['something else', ['no such thing\n'], ['', '']],
])('%s', async (_, chunks, heard) => expect(await read(...chunks)).toEqual(heard));

test('who talks without end is not listened to', async () => {
  let asked = 0;
  async function* stream() {
    for (;;) {
      asked++;
      yield Buffer.alloc(4096, 'x');
    }
  }
  expect((await heading(stream())).said).toBe('');
  expect(asked).toBeLessThan(30);
});
