import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { boundMarks } from './bounded-marks.ts';

test('a character takes the accents that a language needs, and no more however many are printed', async () => {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  boundMarks(terminal);
  const text = `a\u0308\u0323漢e\u0301\r\nz${'\u0301'.repeat(10_000)}`;
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const cells = (y: number) =>
    Array.from({ length: 80 }, (_, x) => terminal.buffer.active.getLine(y)?.getCell(x)?.getChars() ?? '');
  expect(cells(0).slice(0, 4)).toEqual(['a\u0308\u0323', '漢', '', 'e\u0301']);
  expect(Math.max(...cells(1).map((chars) => chars.length))).toBe(9);
  terminal.dispose();
});
