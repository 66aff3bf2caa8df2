import { expect, test } from 'vitest';
import { cutLines } from './cut-lines.ts';

test('a line that comes in parts is whole at last', () => {
  const cut = cutLines();
  expect(cut('one\ntw')).toEqual(['one', 'tw']);
  expect(cut('o\n')).toEqual(['two', '']);
  expect(cut('')).toEqual(['']);
});

test('of a line without end its end is kept, and nothing that a terminal obeys', () => {
  const cut = cutLines();
  cut('x'.repeat(10_000));
  expect(cut('\u001b[1mend')[0]).toMatch(/^x+end$/);
  expect(cut('')[0]?.length).toBeLessThanOrEqual(4096);
});
