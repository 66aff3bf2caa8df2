import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { runsOf } from './runs.ts';

/** The first line of a terminal that was given this. */
async function lineOf(text: string, columns = 20) {
  const terminal = new headless.Terminal({ cols: columns, rows: 2, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  return runsOf(terminal.buffer.active.getLine(0), columns);
}

test('cells that look the same are one run, and what is blank at the end is left out', async () => {
  expect(await lineOf('plain  ')).toEqual([['plain', -1, -1, 0]]);
  expect(await lineOf('')).toEqual([]);
  expect(await lineOf('\x1b[31m   ')).toEqual([]);
  expect(await lineOf('a\x1b[1;31mb\x1b[mc')).toEqual([
    ['a', -1, -1, 0],
    ['b', 1, -1, 1],
    ['c', -1, -1, 0],
  ]);
});

test('blanks that show are kept', async () => {
  expect(await lineOf('x\x1b[44m  ')).toEqual([
    ['x', -1, -1, 0],
    ['  ', -1, 4, 0],
  ]);
  expect(await lineOf('\x1b[7m \x1b[m')).toEqual([[' ', -1, -1, 16]]);
  expect(await lineOf('\x1b[5Cx')).toEqual([['     x', -1, -1, 0]]);
});

test('colours are of the palette or true, and styles are bits', async () => {
  expect(await lineOf('\x1b[38;5;200;48;2;1;2;3mx')).toEqual([['x', 200, 0x1010203, 0]]);
  expect(await lineOf('\x1b[91;1;2;3;4;7;8;9mx')).toEqual([['x', 9, -1, 1 | 2 | 4 | 8 | 16 | 32 | 64]]);
});

test('a wide character stands there once, and an accent with its letter', async () => {
  expect(await lineOf('漢字e\u0301')).toEqual([['漢字e\u0301', -1, -1, 0]]);
});
