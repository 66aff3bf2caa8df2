import { expect, test } from 'vitest';
import { noLog, room, withText } from './log-lines.ts';

test('waits for the end of a line', () => {
  const begun = withText(noLog, 'one\ntw');
  expect(begun.lines).toEqual(['one']);
  expect(withText(begun, 'o\n').lines).toEqual(['one', 'two']);
});

test('makes harmless what a guest says, and shows what it wrote over a line', () => {
  expect(withText(noLog, '\u001b[31mred\u001b[0m\r\n10%\r90%\r\n').lines).toEqual(['red', '90%']);
});

test('lets the oldest lines go', () => {
  const log = withText(noLog, Array.from({ length: room + 3 }, (_, at) => `${at}\n`).join(''));
  expect(log.lines).toHaveLength(room);
  expect([log.lines[0], log.gone]).toEqual(['3', 3]);
});
