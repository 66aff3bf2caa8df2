import { Newest } from '../base/newest.ts';
import type { Scope } from '../base/scope.ts';
import { type Change, keyOf } from '../protocol/events.ts';
import type { Home } from './home.ts';
import { WatchedHome } from './watch/watched-home.ts';

/** Changes that may wait for a listener; one that has missed more is told anew of all that there is. */
const most = 4096;

interface Listener {
  outbox: Newest<Change>;
  scope: Scope;
}

interface Watching {
  home: WatchedHome;
  listeners: Set<Listener>;
}

/** The homes that are watched by this process, by $VMDIR: each once, however many listen, and none while nobody does. */
const watched = new Map<string, Watching>();

/**
 * All machines of a home, and then what changes, as it changes, until the scope aborts.
 * @throws `directory-unusable`
 */
export async function* changes(scope: Scope, home: Home): AsyncGenerator<Change> {
  const listener: Listener = { outbox: new Newest(), scope };
  const watching = join(home, listener);
  try {
    await Promise.race([watching.home.ready, aborted(scope.signal)]);
    if (scope.signal.aborted) return;
    listener.outbox.clear();
    yield { kind: 'machines', machines: watching.home.views() };
    yield* listener.outbox.read(scope.signal);
  } finally {
    leave(home, watching, listener);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

function join(home: Home, listener: Listener): Watching {
  const watching = watched.get(home.directory) ?? begin(home);
  watched.set(home.directory, watching);
  watching.listeners.add(listener);
  const { warning } = watching.home;
  if (warning !== undefined) listener.scope.warn(warning);
  return watching;
}

function leave(home: Home, watching: Watching, listener: Listener): void {
  watching.listeners.delete(listener);
  if (watching.listeners.size > 0) return;
  watched.delete(home.directory);
  watching.home[Symbol.dispose]();
}

function begin(home: Home): Watching {
  const listeners = new Set<Listener>();
  const watchedHome: WatchedHome = new WatchedHome(home, {
    tell: (change) => {
      for (const { outbox } of listeners) post(outbox, change, watchedHome);
    },
    warn: (text) => {
      for (const { scope } of listeners) scope.warn(text);
    },
  });
  return { home: watchedHome, listeners };
}

function post(outbox: Newest<Change>, change: Change, home: WatchedHome): void {
  outbox.put(keyOf(change), change);
  if (outbox.size <= most) return;
  outbox.clear();
  outbox.put('machines', { kind: 'machines', machines: home.views() });
}
