import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Milliseconds without a further change, after which a change counts as complete. */
const settled = 200;

export interface Changes extends Disposable {
  /** Resolves when something has changed since the last call has resolved, or `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
}

/**
 * Watches what a run is made of: files, and directories with all that is in them.
 * @param values of `vm run`, as they were typed
 */
export function watchFiles(values: Record<string, unknown>): Changes {
  let wake = () => {};
  let dirty = false;
  let timer: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      dirty = true;
      wake();
    }, settled);
  };
  const watchers = sourcesOf(values).flatMap((path) => watcherOf(path, changed) ?? []);
  return {
    next: async (signal) => {
      if (!dirty && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      dirty = false;
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function sourcesOf({
  what,
  kernel,
  initrd,
  initramfs,
  root,
  inject = [],
}: Record<string, unknown>): string[] {
  const injected = (inject as string[]).map((text) => text.slice(0, text.lastIndexOf(':/')));
  return [what, kernel, initrd, initramfs, root, ...injected].filter((it) => typeof it === 'string');
}

/** A file is watched by its directory: most programs write a new one and put it into the place of the old. */
function watcherOf(path: string, changed: () => void): FSWatcher | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  const watcher = found.isDirectory()
    ? watch(path, { recursive: true }, changed)
    : watch(dirname(path), (_, name) => {
        if (name === null || path.endsWith(name)) changed();
      });
  return watcher.on('error', () => {}); // what it was to watch is gone: that was a change
}
