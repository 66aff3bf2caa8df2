import { setTimeout as after } from 'node:timers/promises';
import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { VivariumError } from '../../base/errors.ts';
import { Scope } from '../../base/scope.ts';
import type { Engine } from '../../protocol/engine.ts';
import { parseTerminalSize } from '../../protocol/terminal-size.ts';
import type { Terminal } from '../../protocol/views.ts';
import { withHub } from './hub.ts';

/** A machine whose guest says what the test tells it to. */
function scripted(scrollback = '') {
  const said: Uint8Array[] = [];
  let more = Promise.withResolvers<void>();
  let over = false;
  const wake = () => {
    more.resolve();
    more = Promise.withResolvers();
  };
  const machine = {
    written: '',
    opened: 0,
    closed: 0,
    /** Bytes that the hub has taken. */
    taken: 0,
    state: 'running',
    busy: false,
    says: (text: string | Uint8Array) => {
      said.push(Buffer.from(text));
      wake();
    },
    ends: () => {
      over = true;
      wake();
    },
  };
  async function* output() {
    for (;;) {
      const bytes = said.shift();
      if (bytes) {
        machine.taken += bytes.length;
        yield bytes;
      } else if (over) return;
      else await more.promise;
    }
  }
  const console = async (): Promise<Terminal> => {
    if (machine.state !== 'running') throw new VivariumError('console-missing', { name: 'm', what: 'log' });
    machine.opened++;
    return {
      scrollback: Buffer.from(scrollback),
      output: output(),
      idle: 7000,
      canType: !machine.busy,
      write: async (bytes) => {
        if (machine.busy) throw new VivariumError('console-busy', { name: 'm', what: 'console' });
        machine.written += Buffer.from(bytes).toString();
      },
      close: () => {
        machine.closed++;
        machine.ends();
      },
    };
  };
  const status = async () => ({ name: 'm', state: machine.state });
  return Object.assign(machine, { engine: { machine: { console, status } } as unknown as Engine });
}

interface Watching {
  terminal: Terminal;
  /** What its screen shows, without empty lines. */
  shown(): string[];
  /** All that came since it joined. */
  heard(): string;
  ended: Promise<void>;
}

function watch(terminal: Terminal, size = '80x24'): Watching {
  const { columns: cols, rows } = parseTerminalSize(size);
  const screen = new headless.Terminal({ cols, rows, scrollback: 2000, allowProposedApi: true });
  screen.write(terminal.scrollback);
  let heard = '';
  const read = async () => {
    for await (const bytes of terminal.output) {
      heard += Buffer.from(bytes).toString('latin1');
      await new Promise<void>((resolve) => screen.write(bytes, resolve));
    }
  };
  return {
    terminal,
    heard: () => heard,
    shown: () => {
      const { active } = screen.buffer;
      const lines = Array.from(
        { length: active.length },
        (_, y) => active.getLine(y)?.translateToString(true) ?? '',
      );
      return lines.filter((line) => line !== '');
    },
    ended: read(),
  };
}

const until = async (look: () => boolean) =>
  await expect.poll(look, { interval: 1, timeout: 8000 }).toBe(true);

test('viewers share one console: each sees what was there when it joined, and all that comes', async () => {
  const guest = scripted('before\r\n');
  await using engine = withHub(guest.engine);
  const first = watch(await engine.machine.console({ name: 'm' }));
  guest.says('one\r\n');
  await until(() => first.heard() !== '');
  const second = watch(await engine.machine.console({ name: 'm' }));
  guest.says('two\r\n');
  guest.ends();
  await Promise.all([first.ended, second.ended]);
  expect(first.shown()).toEqual(['before', 'one', 'two']);
  expect(second.shown()).toEqual(['before', 'one', 'two']);
  expect([first.heard(), second.heard()]).toEqual(['one\r\ntwo\r\n', 'two\r\n']);
  expect(guest.opened).toBe(1);
});

test('only the output since the last start is shown', async () => {
  const guest = scripted('old\r\nvivarium: QEMU was gone with exit code 0; down, it powered off\nnew\r\n');
  await using engine = withHub(guest.engine);
  const { scrollback } = await engine.machine.console({ name: 'm' });
  expect(Buffer.from(scrollback).toString()).toContain('new');
  expect(Buffer.from(scrollback).toString()).not.toContain('old');
});

/** What a program prints that fills a terminal of so many rows: its last one has the status. */
const wholeScreen = (rows: number) =>
  `\x1b[?1049h\x1b[H\x1b[2J${Array.from({ length: rows - 1 }, (_, row) => `row ${row}\r\n`).join('')}\x1b[${rows};1Hstatus`;

test('who joins sees the screen as a terminal of its size shows it, in up to four sizes at once', async () => {
  const guest = scripted('shell\r\n');
  await using engine = withHub(guest.engine);
  const join = async (size?: string) => watch(await engine.machine.console({ name: 'm', size }), size);
  const first = await join('132x39');
  guest.says(`${wholeScreen(39)}\x1b[39;120Hat 120\x1b[4;1H`);
  await until(() => first.heard().endsWith('\x1b[4;1H'));
  const expected = [
    ...Array.from({ length: 38 }, (_, row) => `row ${row}`),
    expect.stringMatching(/^status +at 120$/),
  ];
  const viewers = [first, await join('132x39'), await join(), await join('100x30'), await join('20x10')];
  const nearest = await join('131x39');
  guest.says('here');
  await until(() => [...viewers, nearest].every(({ heard }) => heard().endsWith('here')));
  expected[3] = 'here3';
  for (const viewer of [first, viewers[1], nearest]) expect(viewer?.shown()).toEqual(expected);
  for (const viewer of [viewers[2], viewers[3], viewers[4]])
    expect(viewer?.shown().at(-1)).not.toBe('status');
  expect(guest.opened).toBe(1);
  for (const size of ['9x24', '80x4', '501x24', '80x201', '80']) {
    await expect(engine.machine.console({ name: 'm', size })).rejects.toMatchObject({
      code: 'parameter-invalid',
    });
  }
});

test('a size that is new is drawn from what is kept, in the modes that were set before', async () => {
  const guest = scripted('shell\r\n');
  await using engine = withHub(guest.engine);
  const first = watch(await engine.machine.console({ name: 'm' }));
  guest.says(`\x1b[?1049h\x1b[?25l${'\x1b[H.'.repeat(300_000)}`);
  guest.says(`${wholeScreen(30).replace('\x1b[?1049h', '')}\x1b[1;1H`);
  await until(() => first.heard().endsWith('\x1b[1;1H'));
  first.terminal.close();
  const second = watch(await engine.machine.console({ name: 'm', size: '100x30' }), '100x30');
  await until(() => second.shown().at(-1) === 'status');
  expect(second.shown()).toEqual([...Array.from({ length: 29 }, (_, row) => `row ${row}`), 'status']);
  guest.says('\x1b[?1049l');
  guest.ends();
  await second.ended;
  expect(second.shown()).toEqual(['shell']);
});

test('who joins in the middle of a flood misses nothing and gets nothing twice', async () => {
  const guest = scripted();
  await using engine = withHub(guest.engine);
  const viewers = [watch(await engine.machine.console({ name: 'm' }))];
  for (let line = 0; line < 160; line++) {
    // Characters and sequences are torn apart.
    const bytes = Buffer.from(`\x1b[3${line % 8}mzeile ${line} ärger 漢\x1b[0m\r\n`);
    const cut = line % bytes.length;
    guest.says(bytes.subarray(0, cut));
    guest.says(bytes.subarray(cut));
    if (line % 20 === 0) viewers.push(watch(await engine.machine.console({ name: 'm' })));
    if (line % 7 === 0) await after(0);
  }
  guest.ends();
  await Promise.all(viewers.map(({ ended }) => ended));
  const expected = Array.from({ length: 160 }, (_, line) => `zeile ${line} ärger 漢`);
  for (const viewer of viewers) expect(viewer.shown()).toEqual(expected);
});

test('who falls behind gets the state as it is, and holds up nobody', async () => {
  const guest = scripted();
  await using engine = withHub(guest.engine);
  const slow = await engine.machine.console({ name: 'm' });
  const quick = watch(await engine.machine.console({ name: 'm' }));
  const lines = 40_000;
  for (let line = 0; line < lines; line += 400) {
    guest.says(Array.from({ length: 400 }, (_, index) => `line ${line + index}\r\n`).join(''));
  }
  await until(() => quick.heard().endsWith(`line ${lines - 1}\r\n`));
  expect(quick.heard()).not.toContain('\x1bc');
  const late = watch(slow);
  guest.says('at last\r\n');
  guest.ends();
  await Promise.all([late.ended, quick.ended]);
  expect(late.heard().startsWith('\x1bc')).toBe(true);
  expect(late.heard().length).toBeLessThan(60_000);
  expect(late.shown()).toEqual(quick.shown());
  expect(late.shown().at(-1)).toBe('at last');
});

test('all may type, in the order in which it comes; who cannot yet may try again', async () => {
  const guest = scripted();
  guest.busy = true;
  await using engine = withHub(guest.engine);
  const first = await engine.machine.console({ name: 'm' });
  expect(first.canType).toBe(false);
  await expect(first.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'console-busy' });
  guest.busy = false;
  const second = await engine.machine.console({ name: 'm' });
  expect(second.canType).toBe(true);
  await Promise.all([first, second, first].map((viewer, index) => viewer.write(Buffer.from(String(index)))));
  expect(guest.written).toBe('012');
});

test('what the guest asks of terminals is answered by one of them', async () => {
  const guest = scripted();
  await using engine = withHub(guest.engine);
  const [first, second] = [
    await engine.machine.console({ name: 'm' }),
    await engine.machine.console({ name: 'm' }),
  ];
  const answer = async () => {
    for (const [row, viewer] of [first, second].entries()) await viewer.write(Buffer.from(`\x1b[${row};1R`));
  };
  await answer();
  await second.write(Buffer.from('i'));
  await answer();
  second.close();
  await first.write(Buffer.from('\x1b[?1;2c'));
  expect(guest.written).toBe('\x1b[0;1Ri\x1b[1;1R\x1b[?1;2c');
});

test('the silence of the guest is told, and what was shown first does not end it', async () => {
  const guest = scripted('boot\r\n');
  await using engine = withHub(guest.engine);
  const first = watch(await engine.machine.console({ name: 'm' }));
  expect(first.terminal.idle).toBeGreaterThanOrEqual(7000);
  expect((await engine.machine.console({ name: 'm' })).idle).toBeGreaterThanOrEqual(7000);
  expect(first.heard()).toBe('');
  guest.says('x');
  await until(() => first.heard() !== '');
  expect((await engine.machine.console({ name: 'm' })).idle).toBeLessThan(7000);
});

test('a viewer leaves by closing or by its signal, not at its deadline; the last one ends what is shared', async () => {
  const guest = scripted();
  await using engine = withHub(guest.engine, { linger: 20 });
  const abort = new AbortController();
  const scope = new Scope({ timeout: 10, signal: abort.signal });
  const first = watch(await engine.machine.console({ name: 'm' }, scope));
  const second = watch(await engine.machine.console({ name: 'm' }));
  await after(30);
  guest.says('there\r\n');
  await until(() => first.heard() !== '' && second.heard() !== '');
  abort.abort();
  await first.ended;
  expect(guest.closed).toBe(0);
  second.terminal.close();
  await second.ended;
  const third = await engine.machine.console({ name: 'm' });
  expect(guest.opened).toBe(1); // it was soon back
  third.close();
  await until(() => guest.closed > 0);
  await engine.machine.console({ name: 'm' });
  expect(guest.opened).toBe(2);
});

test('a machine that is down is refused as the engine below refuses it, and found when it is up', async () => {
  const guest = scripted();
  await using engine = withHub(guest.engine);
  await engine.machine.console({ name: 'm' });
  guest.state = 'stopped';
  for (let time = 0; time < 2; time++) {
    const refused = await Promise.allSettled([0, 1].map(() => engine.machine.console({ name: 'm' })));
    for (const it of refused)
      expect(it).toMatchObject({ status: 'rejected', reason: { code: 'console-missing' } });
  }
  guest.state = 'running';
  expect((await engine.machine.console({ name: 'm' })).canType).toBe(true);
});
