import type { SerializeAddon } from '@xterm/addon-serialize';
import type { Terminal } from '@xterm/headless';
import { type Attributes, type BufferCore, coreOf, type TerminalCore } from './xterm-core.ts';

/**
 * What brings a terminal that was reset to the state of this one: text and escape sequences. addon-serialize has the
 * cells of it; what it leaves out is added: margins, saved cursors, a cursor past the last column, tab stops, character
 * sets, the cursor's looks, how the mouse is told.
 * @param scrollback how many lines of it
 */
export function screenState(terminal: Terminal, cells: SerializeAddon, scrollback: number): string {
  const core = coreOf(terminal);
  const normal = cells.serialize({ scrollback, excludeModes: true, excludeAltBuffer: true });
  if (terminal.buffer.active.type === 'normal') return normal + rest(terminal, core);
  const both = cells.serialize({ scrollback, excludeModes: true });
  const alternate = both.slice(normal.length + '\x1b[?1049h\x1b[H'.length);
  const frame = frameOf(core.buffers.normal, terminal, false);
  return `${normal}${frame}\x1b[m\x1b[?1047h\x1b[H${alternate}${rest(terminal, core)}`;
}

/** All but the cells, with the cursor in the line where it belongs: what moves it comes first. */
function rest(terminal: Terminal, core: TerminalCore): string {
  const { _curAttrData: attributes, _charsetService: charsets, _parser: parser } = core._inputHandler;
  const buffer = core.buffers.active;
  const joins = parser.precedingJoinState !== 0 && !terminal.modes.insertMode;
  const wraps = buffer.x >= terminal.cols && !joins;
  return [
    frameOf(buffer, terminal, terminal.modes.originMode),
    tabStops(buffer, terminal.cols),
    terminal.modes.originMode ? '\x1b[?6h' : '',
    place(terminal, Math.min(buffer.x, terminal.cols - 1)),
    wraps ? lastCharacter(terminal) : '',
    look(attributes),
    charsets._charsets.map((set, g) => (set?.q === '─' ? `\x1b${'()*+'[g]}0` : '')).join(''),
    ['', '\x0e', '\x1bn', '\x1bo'][charsets.glevel],
    modes(terminal, core),
    joins ? lastCharacter(terminal) : '',
  ].join('');
}

/** Margins and the saved cursor of a buffer. Leaves the cursor in its line. */
function frameOf(buffer: BufferCore, { rows }: Terminal, origin: boolean): string {
  const saved = { x: buffer.savedX, y: Math.max(0, buffer.savedY - buffer.ybase) };
  const kept = saved.x > 0 || saved.y > 0 || !buffer.savedCurAttrData.isAttributeDefault();
  const save = kept ? `${column(saved.x)}${look(buffer.savedCurAttrData)}\x1b7` : '';
  const framed = buffer.scrollTop > 0 || buffer.scrollBottom < rows - 1;
  // Lines are told from where one is, for a viewer's terminal may be taller; within margins they cannot be.
  if (!framed && !origin) return save && lines(saved.y - buffer.y) + save + lines(buffer.y - saved.y);
  return [
    framed ? `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r` : '',
    save && `\x1b[${saved.y + 1}d${save}`,
    `\x1b[${buffer.y + 1}d`,
  ].join('');
}

/** In the line of the cursor. With lines counted from the margin, xterm.js moves to another where it is told a column. */
function place(terminal: Terminal, x: number): string {
  const { y, scrollTop } = coreOf(terminal).buffers.active;
  return terminal.modes.originMode ? `\x1b[${y - scrollTop + 1};${x + 1}H` : column(x);
}

const column = (x: number): string => `\x1b[${x + 1}G`;

const lines = (down: number): string => (down === 0 ? '' : down > 0 ? `\x1b[${down}B` : `\x1b[${-down}A`);

function tabStops(buffer: BufferCore, columns: number): string {
  const set = Array.from({ length: columns }, (_, x) => x).filter((x) => buffer.tabs[x]);
  const usual = set.length === Math.ceil(columns / 8) && set.every((x) => x % 8 === 0);
  return usual ? '' : `\x1b[3g${set.map((x) => `${column(x)}\x1bH`).join('')}`;
}

/**
 * The character before the cursor, printed once more: only so a terminal's cursor gets beyond the last column, and
 * only so an accent that comes next has what it joins.
 */
function lastCharacter(terminal: Terminal): string {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + active.cursorY);
  let x = active.cursorX - 1;
  if (line?.getCell(x)?.getWidth() === 0) x--;
  const cell = line?.getCell(x);
  return cell ? place(terminal, x) + look(cell) + (cell.getChars() || ' ') : '';
}

function modes({ modes }: Terminal, { coreService, coreMouseService }: TerminalCore): string {
  const { cursorStyle, cursorBlink } = coreService.decPrivateModes;
  const set: Record<string, boolean> = {
    '?1h': modes.applicationCursorKeysMode,
    '?66h': modes.applicationKeypadMode,
    '?2004h': modes.bracketedPasteMode,
    '4h': modes.insertMode,
    '?45h': modes.reverseWraparoundMode,
    '?1004h': modes.sendFocusMode,
    '?7l': !modes.wraparoundMode,
    '?9h': modes.mouseTrackingMode === 'x10',
    '?1000h': modes.mouseTrackingMode === 'vt200',
    '?1002h': modes.mouseTrackingMode === 'drag',
    '?1003h': modes.mouseTrackingMode === 'any',
    '?1006h': coreMouseService.activeEncoding === 'SGR',
    '?1016h': coreMouseService.activeEncoding === 'SGR_PIXELS',
    '?25l': coreService.isCursorHidden,
  };
  const style = cursorStyle && ['block', 'underline', 'bar'].indexOf(cursorStyle) * 2 + (cursorBlink ? 1 : 2);
  return [...Object.keys(set).filter((name) => set[name]), ...(style ? [`${style} q`] : [])]
    .map((sequence) => `\x1b[${sequence}`)
    .join('');
}

/** Select Graphic Rendition (ECMA-48 8.3.117), from nothing. */
function look(it: Attributes): string {
  const flags = [
    it.isBold(),
    it.isDim(),
    it.isItalic(),
    it.isUnderline(),
    it.isBlink(),
    false,
    it.isInverse(),
    it.isInvisible(),
    it.isStrikethrough(),
  ].flatMap((on, index) => (on ? [index + 1] : []));
  const colours = [
    ...colour(38, it.getFgColor(), it.isFgRGB(), it.isFgPalette()),
    ...colour(48, it.getBgColor(), it.isBgRGB(), it.isBgPalette()),
  ];
  return `\x1b[${[0, ...flags, ...(it.isOverline() ? [53] : []), ...colours].join(';')}m`;
}

function colour(which: 38 | 48, value: number, isRgb: unknown, isPalette: unknown): number[] {
  if (isRgb) return [which, 2, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
  if (!isPalette) return [];
  if (value >= 16) return [which, 5, value];
  return [which - 8 + (value < 8 ? value : value + 52)];
}
