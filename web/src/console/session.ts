import { effect, type Signal, signal } from '@preact/signals';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Screen } from '@xterm/xterm';
import { world } from '../state/world.ts';
import { colours } from './colours.ts';
import { withCtrl } from './ctrl.ts';
import { type Line, openWay } from './way.ts';

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
  const size = signal({ cols: screen.cols, rows: screen.rows });
  const ctrl = signal(false);
  const ended = new AbortController();
  const fitted = Promise.withResolvers<void>();
  const way = openWay(name, screen, fitted.promise, ended.signal);
  const type = (text: string) => way.type(new TextEncoder().encode(text));
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
  screen.onBinary((text) => way.type(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
  screen.onResize(({ cols, rows }) => {
    size.value = { cols, rows };
  });
  return {
    screen,
    show: (frame) => {
      frame.append(place);
      // Only what stands in the page can be measured.
      if (!screen.element) screen.open(place);
      screen.textarea?.setAttribute('aria-label', `Console of ${name}`);
      return () => place.remove();
    },
    line: way.line,
    size,
    ctrl,
    fit: (exact) => {
      if (exact) screen.resize(80, 24);
      else fitting.fit();
      fitted.resolve();
    },
    type,
    again: way.again,
    end: () => {
      ended.abort();
      screen.dispose();
      place.remove();
    },
  };
}
