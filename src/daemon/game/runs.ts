import type { IBufferCell, IBufferLine } from '@xterm/headless';
import type { Run } from '../../protocol/game.ts';

/** Where a true colour begins: 0xRRGGBB is added. */
const trueColour = 0x1000000;

/** What shows on a blank cell as well: an underline, an inverse, a line through it. */
const visible = 8 | 16 | 64;

/** A line of a terminal in runs of cells that look the same, without what is blank at its end. */
export function runsOf(line: IBufferLine | undefined, columns: number): Run[] {
  const runs: Run[] = [];
  let cell: IBufferCell | undefined;
  let last: Run | undefined;
  for (let x = 0; x < columns; x++) {
    cell = line?.getCell(x, cell);
    if (!cell) break;
    if (cell.getWidth() === 0) continue; // the second half of the character before it
    const [foreground, background, style] = [foregroundOf(cell), backgroundOf(cell), styleOf(cell)];
    const text = cell.getChars() || ' ';
    if (last && last[1] === foreground && last[2] === background && last[3] === style) last[0] += text;
    else {
      last = [text, foreground, background, style];
      runs.push(last);
    }
  }
  return withoutBlanks(runs);
}

function withoutBlanks(runs: Run[]): Run[] {
  for (;;) {
    const last = runs.at(-1);
    if (!last || last[2] !== -1 || (last[3] & visible) !== 0) return runs;
    last[0] = last[0].replace(/ +$/, '');
    if (last[0] !== '') return runs;
    runs.pop();
  }
}

const foregroundOf = (cell: IBufferCell): number =>
  cell.isFgRGB() ? trueColour + cell.getFgColor() : cell.isFgPalette() ? cell.getFgColor() : -1;

const backgroundOf = (cell: IBufferCell): number =>
  cell.isBgRGB() ? trueColour + cell.getBgColor() : cell.isBgPalette() ? cell.getBgColor() : -1;

function styleOf(cell: IBufferCell): number {
  if (cell.isAttributeDefault()) return 0;
  return (
    (cell.isBold() ? 1 : 0) |
    (cell.isDim() ? 2 : 0) |
    (cell.isItalic() ? 4 : 0) |
    (cell.isUnderline() ? 8 : 0) |
    (cell.isInverse() ? 16 : 0) |
    (cell.isInvisible() ? 32 : 0) |
    (cell.isStrikethrough() ? 64 : 0)
  );
}
