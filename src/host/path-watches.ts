import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { errnoOf } from '../base/errors.ts';

/** Is told the name of what has changed in a directory, where the kernel says it. */
type Told = (name: string | undefined) => void;

interface Watched {
  watcher: FSWatcher;
  /** The file that is watched, which is not its path: another one may come to be there. */
  file: string;
}

/** The paths that are watched now; each call of `set` says all of them. Watches are inotify(7)'s. */
export class PathWatches implements Disposable {
  readonly #watched = new Map<string, Watched>();

  /**
   * Watches these paths and no others. One where nothing is, or that we may not look at, is left out.
   * @returns the paths where there is now something else than before, or nothing any more
   * @throws `ENOSPC` or `EMFILE`: the kernel gives this user no more watches
   */
  set(paths: Record<string, Told>): string[] {
    const changed: string[] = [];
    for (const path of this.#watched.keys()) if (!Object.hasOwn(paths, path)) this.#end(path);
    for (const [path, told] of Object.entries(paths)) {
      const [before, file] = [this.#watched.get(path), fileAt(path)];
      if (before?.file === file) continue;
      this.#end(path);
      if (file !== undefined) this.#begin(path, told);
      if (before || this.#watched.has(path)) changed.push(path);
    }
    return changed;
  }

  [Symbol.dispose](): void {
    for (const path of this.#watched.keys()) this.#end(path);
  }

  #begin(path: string, told: Told): void {
    try {
      const watcher = watch(path, (type, name) => {
        // The thing itself has gone, and its inode may be that of the next one here already.
        if (type === 'rename' && name === basename(path)) watched.file = '';
        told(name ?? undefined);
      });
      const watched = { watcher, file: fileAt(path) ?? '' };
      watcher.on('error', () => told(undefined));
      this.#watched.set(path, watched);
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) throw error;
    }
  }

  #end(path: string): void {
    this.#watched.get(path)?.watcher.close();
    this.#watched.delete(path);
  }
}

function fileAt(path: string): string | undefined {
  try {
    const it = statSync(path, { throwIfNoEntry: false });
    return it && `${it.dev} ${it.ino}`;
  } catch {
    return undefined; // EACCES, ELOOP: nothing that can be watched
  }
}
