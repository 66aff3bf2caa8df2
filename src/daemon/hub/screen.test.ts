import headless, { type Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { type TerminalSize, usualTerminal } from '../../protocol/terminal-size.ts';
import { Screen } from './screen.ts';
import { coreOf } from './xterm-core.ts';

const viewer = ({ columns, rows }: TerminalSize): Terminal =>
  new headless.Terminal({ cols: columns, rows, scrollback: 100, allowProposedApi: true });

const show = (terminal: Terminal, bytes: string | Uint8Array) =>
  new Promise<void>((resolve) => terminal.write(bytes, resolve));

/** All that can be seen of a terminal, and what decides what it shows next: a line of text for each. */
function seen(terminal: Terminal): string[] {
  const { buffers, coreService, coreMouseService, _inputHandler: input } = coreOf(terminal);
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, y) => lineOf(terminal, y));
  while (lines.length > active.baseY + active.cursorY + 1 && lines.at(-1) === '') lines.pop();
  const { glevel, _charsets } = input._charsetService;
  const { savedX, savedY, ybase, scrollTop, scrollBottom, tabs } = buffers.active;
  return [
    ...lines,
    `${active.type}; cursor ${[active.cursorX, active.cursorY, coreService.isCursorHidden]}`,
    `margins ${[scrollTop, scrollBottom]}; saved ${[savedX, Math.max(0, savedY - ybase)]}`,
    `modes ${JSON.stringify(terminal.modes)} ${coreMouseService.activeEncoding}`,
    `charsets ${[glevel, ...[0, 1, 2, 3].map((g) => _charsets[g]?.q)]}`,
    `tabs ${Object.keys(tabs)}`,
  ];
}

function lineOf(terminal: Terminal, y: number): string {
  const line = terminal.buffer.active.getLine(y);
  const cell = terminal.buffer.active.getNullCell();
  let text = '';
  let before = '';
  for (let x = 0; x < terminal.cols; x++) {
    if (!line?.getCell(x, cell)) throw new Error(`no cell at ${x}, ${y}`);
    const ground = cell.isBgDefault() ? '' : `on ${cell.getBgColor()}`;
    const flags = [cell.isBold(), cell.isInverse(), cell.isUnderline(), cell.isDim()].map(Number);
    const chars = cell.getChars() || ' ';
    const front = chars === ' ' ? '' : `${cell.isFgDefault() ? '' : cell.getFgColor()}${flags.join('')}`;
    const look = front + ground;
    text += look === before ? chars : `{${look}}${chars}`;
    before = look;
  }
  return text.replaceAll('{0000}', '').replaceAll('{}', '').trimEnd();
}

/** What a guest prints, one after the other: a shell, and programs that take the whole screen. */
const session = Buffer.from(
  [
    '[    0.000000] Linux version 6.12\r\n\tlisten\ton\ttabs\r\n',
    'grüße, naïve 漢字 and 🐟, e\u0301 a\u0308\u0323\r\n',
    `${'long '.repeat(40)}\r\n`,
    ...Array.from({ length: 12 }, (_, index) => `\x1b[3${index % 8}mline ${index}\x1b[0m\r\n`),
    '\x1b[1;31mred\x1b[22;4m under\x1b[48;5;22m green \x1b[38;2;1;2;3mrgb\x1b[0m\r\n',
    `${'x'.repeat(80)}`,
    '\u0301',
    'y\r\n\x1b[44m\x1b[K blue to the end\x1b[0m\r\n',
    '\x1b]0;a title ünder way\x07\x1b]2;another\x1b\\\x1bP$q"p\x1b\\\x1b_hidden\x1b\\',
    'root@m:~# vi f\r\n\x1b7\x1b[?1049h\x1b[1;24r\x1b[?1h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[H\x1b[2J',
    ...Array.from({ length: 23 }, (_, row) => `\x1b[${row + 1};1H~\x1b[K${row} wörd 漢`),
    '\x1b[7m\x1b[24;1H- f 1/23 4%\x1b[0m\x1b[3;20r\x1b[3;1H\x1bM\x1bMinserted\x1b[20;1H\n\nscrolled',
    '\x1b[?6h\x1b[2;3Horigin\x1b[?6l\x1b[r\x1b[10;10H\x1b[4hins\x1b[4l\x1b[5P\x1b[2L\x1b[M',
    '\x1b(0lqqqk\x1b(B \x1b)0\x0ex x\x0f\x1b[12\b;40Hcontrols\r within\x1b[\r3C!',
    '\x1b[?1049l\x1b[?1l\x1b[?25h\x1b[?1002l\x1b[?1006l\x1b8restored\r\n\x1b[3g\x1b[5G\x1bH\x1b[40G\x1bH\r\tat 5\tat 40\r\n',
    '\x1b[5;10r\x1b[10;1H\n\nin the margins\x1b[5;1H\x1bM\x1b[44mtop\x1b[m\x1b[r\x1b[24;1H',
    `\x1b[?7l${'w'.repeat(100)}\x1b[?7h\r\nprompt\u009b1mbold\u009bm \x1b[?2004h\x1b[5 q`,
    '\x1b[31;44m\n\n\x1b[Jbackground\x1b[m',
  ].join(''),
);

/** What one prints that was told that it has 132 columns and 39 rows. */
const wideSession = Buffer.from(
  [
    ...Array.from({ length: 45 }, (_, index) => `line ${index}\r\n`),
    '# vi f\r\n\x1b7\x1b[?1049h\x1b[1;39r\x1b[H\x1b[2J',
    ...Array.from({ length: 38 }, (_, row) => `\x1b[${row + 1};1H\x1b[3${row % 8}m${row}\x1b[0m\x1b[K`),
    `\x1b[2;1H${'wide '.repeat(26)}\x1b[7m\x1b[39;1H- f 1/38 2%\x1b[39;122H漢 at end\x1b[0m\x1b[5;38r\x1b[38;1H\n\n`,
    'scrolled\x1b[r\x1b[39;132H!\x1b[30;100Hhere\x1b[?1049l\x1b8back\r\n',
  ].join(''),
);

function expectSame(session: Buffer, found: string[], expected: string[], at: number): void {
  if (found.join('\n') === expected.join('\n')) return;
  const before = JSON.stringify(session.subarray(Math.max(0, at - 40), at).toString());
  const differ = Array.from({ length: Math.max(found.length, expected.length) }, (_, y) => y).filter(
    (y) => found[y] !== expected[y],
  );
  expect(
    differ.map((y) => `${y}: ${found[y]}`),
    `joined at ${at}, after ${before}`,
  ).toEqual(differ.map((y) => `${y}: ${expected[y]}`));
}

/** At each so many bytes the screen is compared at once, too: looking at one takes longer than drawing it. */
const stride = 7;

test.for([
  { ...usualTerminal, session },
  { columns: 132, rows: 39, session: wideSession },
])(
  '$columns x $rows: who joins after any byte sees what one sees who has seen them all',
  { timeout: 60_000 },
  async ({ session, ...size }) => {
    const [first, last] = [viewer(size), viewer(size)];
    await show(last, session);
    const end = seen(last);
    const screen = new Screen(size);
    const states = [screen.state()];
    const views = [seen(first)];
    const drawn = Array.from(session, (_, index) => {
      const byte = session.subarray(index, index + 1);
      first.write(byte, () => void ((index + 1) % stride === 0 && views.push(seen(first))));
      return screen.write(byte, () => states.push(screen.state()));
    });
    await Promise.all(drawn);
    const join = async (state: Uint8Array, at: number) => {
      const joined = viewer(size);
      await show(joined, state);
      if (at % stride === 0) expectSame(session, seen(joined), views[at / stride] ?? [], at);
      await show(joined, session.subarray(at));
      expectSame(session, seen(joined), end, at);
      joined.dispose();
    };
    expect(states.length).toBe(session.length + 1);
    while (states.length > 0) {
      await Promise.all(states.splice(-100).map((state, index) => join(state, states.length + index)));
    }
  },
);
