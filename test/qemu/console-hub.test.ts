import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import headless from '@xterm/headless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withHub } from '../../src/daemon/hub/hub.ts';
import { parseTerminalSize } from '../../src/protocol/terminal-size.ts';
import type { Terminal } from '../../src/protocol/views.ts';
import { eventually } from '../support/eventually.ts';
import { bootTiny } from '../support/guest.ts';
import { type TestHome, testHome } from '../support/home.ts';

let home: TestHome;
let hub: ReturnType<typeof withHub>;

beforeAll(async () => {
  home = testHome();
  await bootTiny(home, 'm');
  hub = withHub(home.engine);
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** A person at a terminal, who looks at what it shows. */
class Viewer implements Disposable {
  readonly terminal: Terminal;
  /** Times that the hub gave up what this one had not read. */
  resyncs = 0;
  /** Bytes that it has read. */
  heard = 0;
  readonly #screen: headless.Terminal;

  constructor(terminal: Terminal, size: string) {
    this.terminal = terminal;
    const { columns: cols, rows } = parseTerminalSize(size);
    this.#screen = new headless.Terminal({ cols, rows, scrollback: 2000, allowProposedApi: true });
    this.#screen.write(terminal.scrollback);
  }

  async look(): Promise<void> {
    for await (const bytes of this.terminal.output) {
      this.heard += bytes.length;
      if (bytes[0] === 0x1b && bytes[1] === 0x63) this.resyncs++;
      await new Promise<void>((resolve) => this.#screen.write(bytes, resolve));
    }
  }

  screen(): string {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true));
    return `${active.type} ${[active.cursorX, active.cursorY]}\n${lines.join('\n').trimEnd()}`;
  }

  async type(text: string): Promise<void> {
    await this.terminal.write(Buffer.from(text));
  }

  async sees(wanted: string): Promise<void> {
    await eventually(
      () => this.screen().includes(wanted),
      () => `${wanted}; seen was:\n${this.screen()}`,
      20_000,
    );
  }

  [Symbol.dispose](): void {
    this.terminal.close();
  }
}

async function sitDown(engine = hub, look = true, size = '80x24'): Promise<Viewer> {
  const viewer = new Viewer(await engine.machine.console({ name: 'm', size }), size);
  if (look) void viewer.look();
  return viewer;
}

const same = async (one: Viewer, other: Viewer) =>
  await eventually(
    () => one.screen() === other.screen(),
    () => `two to see the same; they saw\n${one.screen()}\nand\n${other.screen()}`,
    10_000,
  );

test('two see the same, and both type', async () => {
  using first = await sitDown();
  using second = await sitDown();
  await first.sees('vivarium: ready');
  await second.sees('vivarium: ready');
  await first.type('echo "äöü 漢" of-one-$((40+2))\n');
  await second.sees('äöü 漢 of-one-42');
  await second.type('echo of-two-$((40+3))\n');
  await first.sees('of-two-43');
  await same(first, second);
});

test('who joins in the midst of vi sees its screen, also where the hub is a new one', async () => {
  using first = await sitDown();
  await first.type('for i in $(seq 1 60); do echo "line $i"; done > f; vi f\n');
  await first.sees('line 20');
  await first.type('\x06jjix');
  await first.sees('xline');
  using second = await sitDown();
  await same(first, second);
  await first.type('\x1b'); // alone: with more at once it would be another key
  await first.sees('- f [Modified]');
  await first.type(':q!\n');
  await same(first, second);
  await first.type('vi f\n');
  await first.sees('line 1');
  const other = withHub(home.engine);
  try {
    using third = await sitDown(other);
    expect(third.terminal.canType).toBe(false); // the other hub has the seat
    await same(first, third);
  } finally {
    await other[Symbol.asyncDispose]();
  }
  await first.type(':q!\n');
  await first.type('echo left-$((1+1))\n');
  await first.sees('left-2');
  await same(first, second);
});

test('who joins with the size that the guest was told sees the whole screen of vi', async () => {
  using _other = await sitDown();
  using first = await sitDown(hub, true, '100x30');
  await first.type('stty rows 30 cols 100; seq 60 > f; vi f\n');
  await first.sees('\n29\n- f 1/60');
  await first.type('\x06jjix');
  await first.sees('x31');
  using second = await sitDown(hub, true, '100x30');
  await same(first, second);
  await first.type('\x1b');
  await first.sees('- f [Modified]');
  await first.type(':q!\n');
  await first.type('stty rows 24 cols 80; echo small-$((1+1))\n');
  await second.sees('small-2');
  await same(first, second);
});

test('a guest that prints for ever costs bounded memory; who does not read gets what is shown when it does', async () => {
  using quick = await sitDown();
  using slow = await sitDown(hub, false);
  const before = process.memoryUsage().rss;
  await quick.type('yes flood-for-ever-and-ever\n');
  await quick.sees('flood-for-ever-and-ever\nflood-for-ever-and-ever');
  let most = before;
  await eventually(() => {
    most = Math.max(most, process.memoryUsage().rss);
    return quick.heard > 400_000; // more than is kept for those who are behind
  }, 'the flood to have gone on');
  expect(most - before).toBeLessThan(64 * 2 ** 20);
  await quick.type('\x03');
  await quick.type('echo dry-$((1+1))\n');
  await quick.sees('dry-2');
  void slow.look();
  await slow.sees('dry-2');
  expect(slow.resyncs).toBe(1);
  await same(quick, slow);
});

test('a pipe into a shared console gets its answer, and nothing that was there before', async () => {
  await hub[Symbol.asyncDispose](); // it has the seat
  const script = join(import.meta.dirname, '../support/sit-through-hub.ts');
  const options = {
    env: home.env,
    input: 'echo answer-$((40+2))\n',
    encoding: 'utf8',
    timeout: 30_000,
  } as const;
  const said = execFileSync(process.execPath, [script, 'm'], options);
  expect(said).toContain('answer-42');
  expect(said).not.toContain('flood');
  expect(said).not.toContain('dry-2');
});
