import { type Signal, signal } from '@preact/signals';
import type { Terminal as Screen } from '@xterm/xterm';
import {
  formatTerminalSize,
  isVivariumError,
  sharedSizeFor,
  type Terminal,
  type TerminalSize,
} from '../engine.ts';
import { ask, type Failure, failureOf } from '../state/act.ts';
import { backoff, pause } from '../state/backoff.ts';
import { leavesWith } from '../state/session.ts';
import { whileHeard } from '../state/while-heard.ts';
import { TypedAhead } from './typed-ahead.ts';
import { isSettled, untilOtherwise, untilUp } from './up.ts';

/** How a console is connected. `again`: milliseconds since 1970. */
export type Line =
  | { state: 'joining' }
  | { state: 'live'; canType: boolean }
  | { state: 'down' }
  | { state: 'lost'; again: number }
  | { state: 'refused'; why: Failure };

/** The way to one machine's console. */
export interface Way {
  line: Signal<Line>;
  /** Types, or keeps for a moment what is typed while the console is being joined. */
  type(bytes: Uint8Array): void;
  /** Joins anew, where it had been refused. */
  again(): void;
}

/**
 * Joins the console of a machine, shows it on a screen, and joins again whenever it was lost, until `aborted`.
 * @param fitted resolves when the screen has the size in which it is looked at
 */
export function openWay(name: string, screen: Screen, fitted: Promise<void>, aborted: AbortSignal): Way {
  const line = signal<Line>({ state: 'joining' });
  let retry = new AbortController();
  let joined = false;
  let watched = 0;
  let current: Terminal | undefined;
  const ahead = new TypedAhead();
  aborted.addEventListener('abort', () => current?.close());
  stay();
  return {
    line,
    type: (bytes) => {
      if (current) send(current, bytes);
      else if (line.value.state !== 'down') ahead.keep(bytes, performance.now());
    },
    again: () => retry.abort(),
  };

  function join(): void {
    if (line.value.state !== 'live') line.value = { state: 'joining' };
  }

  function send(terminal: Terminal, bytes: Uint8Array): void {
    // Where the line has ended meanwhile, its output says so.
    if (terminal.canType && bytes.length > 0) terminal.write(bytes).catch(() => {});
  }

  async function stay(): Promise<void> {
    let failed = 0;
    while (!aborted.aborted) {
      try {
        join();
        await untilUp(name, aborted, recall);
        if (aborted.aborted) return;
        join();
        await fitted;
        const size = sharedSizeFor({ columns: screen.cols, rows: screen.rows });
        const parameters = { name, size: formatTerminalSize(size) };
        current = await ask('machine.console', parameters, { signal: aborted });
        failed = 0;
        send(current, ahead.take(performance.now()));
        if ((await sit(current, size)) === 'again') continue;
      } catch (error) {
        if (aborted.aborted || leavesWith(error)) return;
        if (isFinal(error) && isSettled(name)) {
          line.value = { state: 'refused', why: failureOf(error) };
          retry = new AbortController();
          await untilOtherwise(name, AbortSignal.any([aborted, retry.signal]));
          continue;
        }
      } finally {
        current = undefined;
      }
      if (aborted.aborted) return;
      const ms = backoff(++failed, Math.random());
      line.value = { state: 'lost', again: Date.now() + ms };
      await pause(ms, aborted);
    }
  }

  /** Shows what comes until the line ends. Who may only watch is to come again: whoever typed may have gone. */
  async function sit(terminal: Terminal, size: TerminalSize): Promise<'again' | 'ended'> {
    const { canType, scrollback, output, close } = terminal;
    let leaves = false;
    joined = true;
    await draw(scrollback, size);
    line.value = { state: 'live', canType };
    watched = canType ? 0 : watched + 1;
    const leave = () => {
      leaves = true;
      close();
    };
    const timer = canType ? undefined : setTimeout(leave, backoff(watched + 2, 1));
    try {
      for await (const bytes of whileHeard(output)) await written(bytes);
    } finally {
      clearTimeout(timer);
      close();
    }
    return leaves ? 'again' : 'ended';
  }

  /** Draws a state in the size that it is made for; then the screen has again the one that it has been given since. */
  async function draw(state: Uint8Array, { columns, rows }: TerminalSize): Promise<void> {
    const given = { columns: screen.cols, rows: screen.rows };
    screen.resize(columns, rows);
    screen.write('\u001bc'); // drawn together with what follows: nothing flickers
    await written(state);
    if (screen.cols === columns && screen.rows === rows) screen.resize(given.columns, given.rows);
  }

  /** What a machine that is off has said last, where nothing stands there yet. */
  async function recall(): Promise<void> {
    line.value = { state: 'down' };
    screen.write('\u001b[?25l');
    if (joined) return;
    try {
      for await (const text of await ask('machine.logs', { name, lines: 300 }, { signal: aborted })) {
        if (joined) return;
        screen.write(text.replaceAll(/\r?\n/g, '\r\n'));
      }
    } catch {
      // It stays empty: the log has a side of its own, which says what is wrong with it.
    }
  }

  /** Resolves when the screen has taken them: what comes faster than it can draw waits at the other end. */
  function written(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => screen.write(bytes, resolve));
  }
}

/** What trying again by itself does not change. */
const isFinal = (error: unknown): boolean =>
  isVivariumError(error) &&
  /^(permission-denied|console-missing|console-busy|machine-not-found)$/.test(error.code);
