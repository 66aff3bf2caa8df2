import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Milliseconds without a further change, after which a change counts as complete. */
const settled = 200;

export interface Changes extends Disposable {
  /** From here on nothing has changed yet. What was watched before still is, so that no change is missed meanwhile. */
  begin(): void;
  /** Watches files, and directories with all that is in them, instead of those before. */
  watch(paths: readonly string[]): void;
  /** Aborts when something has changed since `begin`. */
  readonly signal: AbortSignal;
  /** Resolves when it has, or `given` aborts. */
  next(given: AbortSignal): Promise<void>;
}

export function watchFiles(): Changes {
  let change = new AbortController();
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => change.abort(), settled);
  };
  const stop = (old: FSWatcher[]) => {
    for (const watcher of old) watcher.close();
  };
  return {
    begin: () => {
      clearTimeout(timer);
      change = new AbortController();
    },
    watch: (paths) => {
      const old = watchers;
      watchers = paths.flatMap((path) => watcherOf(path, changed) ?? []);
      stop(old);
    },
    get signal() {
      return change.signal;
    },
    next: async (given) => {
      const either = AbortSignal.any([given, change.signal]);
      if (either.aborted) return;
      await new Promise((resolve) => either.addEventListener('abort', resolve, { once: true }));
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      stop(watchers);
    },
  };
}

/** A file is watched by its directory: most programs write a new one and put it into the place of the old. */
function watcherOf(path: string, changed: () => void): FSWatcher | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  const watcher = found.isDirectory()
    ? watch(path, { recursive: true }, (_, name) => {
        if (name === null || !isKept(name)) changed();
      })
    : watch(dirname(path), (_, name) => {
        if (name === null || name === basename(path)) changed();
      });
  return watcher.on('error', () => {}); // what it was to watch is gone: that was a change
}

/** What a repository and a cartridge keep of themselves is none of the system's. */
function isKept(path: string): boolean {
  return path.split('/').some((part) => part === '.git' || part === '.vivarium');
}
