import { expect, test } from 'vitest';
import type { GameNews } from '../../protocol/game.ts';
import { Board } from './board.ts';
import { Heard } from './heard.ts';
import { Seen } from './seen.ts';
import { newsAfter, type Source, Stamps } from './stamped.ts';

const stamps = () => new Stamps(() => {});
const texts = (news: GameNews[]) => news.map((it) => (it.kind === 'output' ? it.text : it.kind));
const answer = (call: string, result: unknown): GameNews => ({ kind: 'answer', call, result });

test('news are told until they have arrived, and none twice', () => {
  const now = stamps();
  const board = new Board(now);
  board.put('a', answer('a', 1));
  const first = newsAfter(0, [board as Source], now);
  expect(newsAfter(0, [board as Source], now)).toEqual(first);
  board.put('b', answer('b', 2));
  board.forget(first.cursor);
  const second = newsAfter(first.cursor, [board as Source], now);
  expect(second.news).toEqual([answer('b', 2)]);
  expect(newsAfter(second.cursor, [board as Source], now).news).toEqual([]);
});

test('what does not fit an answer comes with the next, the oldest first', () => {
  const now = stamps();
  const board = new Board(now);
  for (let i = 0; i < 10; i++) board.put(`a${i}`, answer(`a${i}`, 'x'.repeat(20_000)));
  const calls: unknown[] = [];
  for (let cursor = 0, rounds = 0; rounds < 4; rounds++) {
    const told = newsAfter(cursor, [board as Source], now);
    expect(JSON.stringify(told).length).toBeLessThan(66_000);
    calls.push(...told.news.map((it) => it.kind === 'answer' && it.call));
    cursor = told.cursor;
    board.forget(cursor);
  }
  expect(calls).toEqual(Array.from({ length: 10 }, (_, i) => `a${i}`));
});

test('one piece that is larger than an answer is told all the same', () => {
  const now = stamps();
  const board = new Board(now);
  board.put('a', answer('a', 'x'.repeat(100_000)));
  board.put('b', answer('b', 1));
  expect(newsAfter(0, [board as Source], now)).toMatchObject({ cursor: 1, news: [{ call: 'a' }] });
});

test('of output that nobody reads the oldest is lost and counted, once', () => {
  const now = stamps();
  const heard = new Heard('m', now);
  const sources = [heard as Source];
  heard.append(Buffer.from('first'));
  const first = newsAfter(0, sources, now);
  expect(texts(first.news)).toEqual(['first']);
  for (let i = 0; i < 100; i++) heard.append(Buffer.alloc(10_000, 'y'));
  const again = newsAfter(0, sources, now);
  const second = newsAfter(first.cursor, sources, now);
  const [one, other] = [again.news[0], second.news[0]];
  if (one?.kind !== 'output' || other?.kind !== 'output') throw new Error('no output');
  expect(other.text.length).toBeGreaterThan(50_000);
  expect((other.lost ?? 0) + other.text.length).toBe(1_000_000);
  expect(one).toEqual({ ...other, lost: (other.lost ?? 0) + 'first'.length });
});

test('output is text that Lua can have: no NUL, no half of a character', () => {
  const now = stamps();
  const heard = new Heard('m', now);
  for (const byte of Buffer.from('ä\0漢')) heard.append(Uint8Array.of(byte));
  heard.append(Uint8Array.of(0xff, 0x41));
  expect(texts(newsAfter(0, [heard as Source], now).news)).toEqual(['ä漢\ufffdA']);
});

test('of a screen the lines that have changed since are told, however often they did', async () => {
  const now = stamps();
  const seen = new Seen('m', { columns: 20, rows: 5 }, now, () => {});
  const sources = [seen as Source];
  await seen.show(Buffer.from('one\r\ntwo\r\n'));
  const first = newsAfter(0, sources, now);
  expect(first.news).toEqual([
    {
      kind: 'screen',
      machine: 'm',
      columns: 20,
      rows: 5,
      whole: true,
      cursor: { x: 0, y: 2, visible: true },
      lines: [
        [0, [['one', -1, -1, 0]]],
        [1, [['two', -1, -1, 0]]],
      ],
    },
  ]);
  for (let i = 0; i < 100; i++) await seen.write(Buffer.from(`\rnumber ${i}`));
  const second = newsAfter(first.cursor, sources, now);
  expect(second.news).toMatchObject([{ cursor: { x: 9, y: 2 }, lines: [[2, [['number 99', -1, -1, 0]]]] }]);
  expect(second.news[0]).not.toHaveProperty('whole');
  await seen.write(Buffer.from('\r'));
  expect(newsAfter(second.cursor, sources, now).news).toMatchObject([{ cursor: { x: 0 }, lines: [] }]);
});

test('a screen that is larger than an answer is told in parts, which make it up', async () => {
  const now = stamps();
  const seen = new Seen('m', { columns: 200, rows: 50 }, now, () => {});
  const cell = (i: number) => `\x1b[38;2;${i % 256};${(i >> 8) % 256};7mx`;
  await seen.show(Buffer.from(Array.from({ length: 9999 }, (_, i) => cell(i)).join('')));
  const lines = new Map<number, unknown>();
  let answers = 0;
  for (let cursor = 0; ; answers++) {
    const told = newsAfter(cursor, [seen as Source], now);
    const [screen] = told.news;
    if (screen?.kind !== 'screen') break;
    expect(screen.whole).toBe(answers === 0 ? true : undefined);
    expect(JSON.stringify(told).length).toBeLessThan(66_000);
    for (const [y, runs] of screen.lines) lines.set(y, runs);
    cursor = told.cursor;
  }
  expect(answers).toBeGreaterThan(2);
  expect([...lines.keys()]).toEqual(Array.from({ length: 50 }, (_, y) => y));
  expect(lines.get(49)).toHaveLength(199);
});
