import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const specs = join(root, 'test/luanti');
const recorded = join(root, 'test/fixtures/console');
const [columns, rows] = [80, 24];

describe('the pure Lua of the mod', () => {
  const files = readdirSync(specs).filter((it) => it.endsWith('_spec.lua'));

  test.each(files)('%s', (file) => {
    const words = ['--lua=luajit', '-o', 'json', join(specs, file)];
    const { status, stdout, stderr, error } = spawnSync('busted', words, { encoding: 'utf8', cwd: root });
    if (error) throw error;
    expect(stdout, stderr).toMatch(/^\{/);
    const { successes, failures, errors } = JSON.parse(stdout) as Record<string, unknown[]>;
    expect({ failures, errors }).toEqual({ failures: [], errors: [] });
    expect(successes?.length).toBeGreaterThan(0);
    expect(status).toBe(0);
  });

  test('there are specs', () => expect(files.length).toBeGreaterThan(0));
});

describe('a screen is as xterm.js has it', () => {
  test.each(readdirSync(recorded))('%s', async (name) => {
    const file = join(recorded, name);
    const expected = await screenOf(readFileSync(file));
    expect(screenInGame(file, 65536)).toEqual(expected);
    expect(screenInGame(file, 7)).toEqual(expected);
  });
});

test('characters are as wide as in xterm.js', async () => {
  const found = new Map(JSON.parse(printedBy('widths.lua')) as [code: number, cells: number][]);
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const service = (terminal as unknown as { _core: { unicodeService: { wcwidth(code: number): number } } })
    ._core;
  for (let code = 0xa0; code <= 0x10ffff; code++) {
    if (code === 0xd800) code = 0xe000;
    const cells = service.unicodeService.wcwidth(code);
    if (cells !== (found.get(code) ?? 1)) expect.fail(`U+${code.toString(16)} is ${cells} wide`);
  }
  terminal.dispose();
});

interface Screen {
  cursor: [number, number];
  kept: number;
  /** A row's cells as "text fg bg style", blanks at the end left out. */
  cells: string[][];
}

type Run = [text: string, fg: number, bg: number, style: number];

function printedBy(script: string, ...args: string[]): string {
  return execFileSync('luajit', [join(specs, script), ...args], {
    encoding: 'utf8',
    cwd: root,
    maxBuffer: 1e8,
  });
}

function screenInGame(file: string, piece: number): Screen {
  const output = printedBy('screen.lua', `${columns}`, `${rows}`, `${piece}`, file);
  const { cursor, lines, kept } = JSON.parse(output) as {
    cursor: { x: number; y: number };
    lines: Run[][];
    kept: number;
  };
  const cells = lines.map((runs) =>
    runs.flatMap(([text, ...pen]) => [...text].map((it) => `${it} ${pen.join(' ')}`)),
  );
  return { cursor: [cursor.x, cursor.y], kept, cells };
}

/** The same, of @xterm/headless. */
async function screenOf(output: Buffer): Promise<Screen> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { active, normal } = terminal.buffer;
  const cells = Array.from({ length: rows }, (_, y) => {
    const line = active.getLine(active.baseY + y);
    const row = Array.from({ length: columns }, (_, x) => line?.getCell(x))
      .filter((cell) => cell?.getWidth() !== 0)
      .map((cell) => (cell ? describeCell(cell) : ' -1 -1 0'));
    while (row.at(-1)?.match(/^ {2}-?\d+ -1 \d+$/) && !isSeen(row.at(-1) ?? '')) row.pop();
    return row;
  });
  const kept = normal.baseY;
  const cursor: [number, number] = [Math.min(active.cursorX, columns - 1), active.cursorY];
  terminal.dispose();
  return { cursor, kept, cells };
}

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<xterm.IBuffer['getLine']>>['getCell']>>;

function describeCell(cell: Cell): string {
  const colour = (value: number, rgb: boolean, isDefault: boolean) => {
    if (isDefault) return -1;
    return rgb ? 0x1000000 + value : value;
  };
  const style =
    (cell.isBold() && 1) |
    (cell.isDim() && 2) |
    (cell.isItalic() && 4) |
    (cell.isUnderline() && 8) |
    (cell.isInverse() && 16) |
    (cell.isInvisible() && 32) |
    (cell.isStrikethrough() && 64);
  const fg = colour(cell.getFgColor(), cell.isFgRGB(), cell.isFgDefault());
  const bg = colour(cell.getBgColor(), cell.isBgRGB(), cell.isBgDefault());
  return `${cell.getChars() || ' '} ${fg} ${bg} ${style}`;
}

/** Whether a blank without a ground is to be seen all the same: underlined, inverse, struck. */
function isSeen(cell: string): boolean {
  return (Number(cell.split(' ').at(-1)) & (8 | 16 | 64)) !== 0;
}
