import { effect, type Signal, signal } from '@preact/signals';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Screen } from '@xterm/xterm';
import { isVivariumError, type MachineState, type Terminal } from '../engine.ts';
import { takes } from '../state/access.ts';
import { ask, type Failure, failureOf } from '../state/act.ts';
import { backoff, pause } from '../state/backoff.ts';
import { leavesWith } from '../state/session.ts';
import { world } from '../state/world.ts';
import { colours } from './colours.ts';
import { withCtrl } from './ctrl.ts';

/** How a console is connected. `again`: milliseconds since 1970. */
export type Line =
  | { state: 'joining' }
  | { state: 'live'; canType: boolean }
  | { state: 'down' }
  | { state: 'lost'; again: number }
  | { state: 'refused'; why: Failure };

/** One machine's console: it lives on while something else is looked at, and joins again by itself. */
export interface Session {
  screen: Screen;
  /** Shows it in an element of the page; the answer takes it out again. */
  show(frame: HTMLElement): () => void;
  line: Signal<Line>;
  size: Signal<{ cols: number; rows: number }>;
  /** Ctrl is held for the next key that comes, from whichever keyboard. */
  ctrl: Signal<boolean>;
  /** Takes as many columns and rows as there is room for, or as many as a serial line's programs expect. */
  fit(exact: boolean): void;
  type(text: string): void;
  /** Joins anew, where it had been refused. */
  again(): void;
  end(): void;
}

const sessions = new Map<string, Session>();

/** Sessions that are kept when they are not looked at; the one that was looked at longest ago goes first. */
const kept = 12;

/** The machine's session, as it was left. */
export function sessionOf(name: string): Session {
  const session = sessions.get(name) ?? open(name);
  sessions.delete(name);
  sessions.set(name, session);
  for (const [other, { end }] of sessions) {
    if (sessions.size <= kept) break;
    sessions.delete(other);
    end();
  }
  return session;
}

/** Ends the sessions of machines that are no more. */
effect(() => {
  const { machines } = world.value;
  for (const [name, { end }] of sessions) {
    if (!machines || machines.has(name)) continue;
    sessions.delete(name);
    end();
  }
});

function open(name: string): Session {
  const screen = new Screen({
    theme: colours,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    fontSize: innerWidth < 760 ? 12 : 14,
    lineHeight: 1.2,
    scrollback: 5000,
    cursorBlink: false,
    macOptionIsMeta: true,
    screenReaderMode: false,
    allowProposedApi: false,
  });
  const fitting = new FitAddon();
  screen.loadAddon(fitting);
  const place = document.createElement('div');
  place.className = 'screen-place';
  place.dataset.keys = 'all';
  const line = signal<Line>({ state: 'joining' });
  const size = signal({ cols: screen.cols, rows: screen.rows });
  const ctrl = signal(false);
  const ended = new AbortController();
  let retry = Promise.withResolvers<void>();
  let joined = false;
  const connection: { terminal?: Terminal } = {};
  const type = (text: string) => {
    const { terminal } = connection;
    if (terminal?.canType) terminal.write(new TextEncoder().encode(text)).catch(() => {}); // the line's end says it
  };
  screen.onData((text) => {
    type(ctrl.value ? withCtrl(text) : text);
    ctrl.value = false;
  });
  screen.attachCustomKeyEventHandler((event) => {
    const pastes = event.ctrlKey && event.shiftKey && event.code === 'KeyV';
    const copies = event.ctrlKey && event.shiftKey && event.code === 'KeyC' && screen.hasSelection();
    if (copies && event.type === 'keydown') {
      event.preventDefault();
      navigator.clipboard?.writeText(screen.getSelection()).catch(() => {}); // the browser has said no
    }
    return !pastes && !copies; // the browser itself pastes
  });
  screen.onBinary((text) => {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    if (connection.terminal?.canType) connection.terminal.write(bytes).catch(() => {}); // so here
  });
  screen.onResize(({ cols, rows }) => {
    size.value = { cols, rows };
  });
  stay();
  return {
    screen,
    show: (frame) => {
      frame.append(place);
      // Only what stands in the page can be measured.
      if (!screen.element) screen.open(place);
      screen.textarea?.setAttribute('aria-label', `Console of ${name}`);
      return () => place.remove();
    },
    line,
    size,
    ctrl,
    fit: (exact) => {
      if (exact) screen.resize(80, 24);
      else fitting.fit();
    },
    type,
    again: () => retry.resolve(),
    end: () => {
      ended.abort();
      connection.terminal?.close();
      screen.dispose();
      place.remove();
    },
  };

  /** Joins, follows, and joins again, until it is ended. */
  async function stay(): Promise<void> {
    let failed = 0;
    while (!ended.signal.aborted) {
      try {
        line.value = { state: 'joining' };
        await untilUp(name, ended.signal, () => {
          line.value = { state: 'down' };
          recall();
        });
        if (ended.signal.aborted) return;
        const terminal = await ask('machine.console', { name }, { signal: ended.signal });
        failed = 0;
        connection.terminal = terminal;
        await takeUp(terminal);
        line.value = { state: 'live', canType: terminal.canType };
        for await (const bytes of terminal.output) await written(bytes);
      } catch (error) {
        if (ended.signal.aborted || leavesWith(error)) return;
        if (isFinal(error) && settled()) {
          line.value = { state: 'refused', why: failureOf(error) };
          await changed();
          continue;
        }
      } finally {
        delete connection.terminal;
      }
      if (ended.signal.aborted) return;
      const ms = backoff(++failed, Math.random());
      line.value = { state: 'lost', again: Date.now() + ms };
      await pause(ms, ended.signal);
    }
  }

  /** Whether the machine is not on its way: what it has no console for now, it may have in a moment. */
  function settled(): boolean {
    const state = stateOf(name);
    return state !== 'starting' && state !== 'stopping';
  }

  /** Waits until one wants to try again, or the machine is in another state. */
  async function changed(): Promise<void> {
    retry = Promise.withResolvers<void>();
    const was = stateOf(name);
    const stop = effect(() => {
      if (stateOf(name) !== was || world.value.machines === undefined) retry.resolve();
    });
    ended.signal.addEventListener('abort', () => retry.resolve(), { once: true });
    await retry.promise;
    stop();
  }

  /** What a machine that is off has said last, where nothing stands there yet. */
  async function recall(): Promise<void> {
    screen.write('\u001b[?25l');
    if (joined) return;
    try {
      for await (const text of await ask('machine.logs', { name, lines: 300 }, { signal: ended.signal })) {
        if (joined) return;
        screen.write(text.replaceAll(/\r?\n/g, '\r\n'));
      }
    } catch {
      // It stays empty: the log has a side of its own, which says what is wrong with it.
    }
  }

  /** The state as it is now in place of what stood there. */
  async function takeUp({ scrollback }: Terminal): Promise<void> {
    joined = true;
    screen.reset();
    await written(scrollback);
  }

  /** Resolves when the screen has taken them: what comes faster than it can draw waits at the other end. */
  function written(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => screen.write(bytes, resolve));
  }
}

const stateOf = (name: string): MachineState | undefined => world.value.machines?.get(name)?.state;

/** What trying again by itself does not change. */
const isFinal = (error: unknown): boolean =>
  isVivariumError(error) &&
  /^(permission-denied|console-missing|console-busy|machine-not-found)$/.test(error.code);

/** Waits until the machine is in a state in which it has a console. */
function untilUp(name: string, aborted: AbortSignal, down: () => void): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    let stop = () => {};
    stop = effect(() => {
      const state = stateOf(name);
      if (aborted.aborted || (state && takes('machine.console', state))) {
        resolve();
        queueMicrotask(() => stop());
      } else if (state && !told) {
        told = true;
        down();
      }
    });
    aborted.addEventListener('abort', () => {
      stop();
      resolve();
    });
  });
}
