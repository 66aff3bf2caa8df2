import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../base/errors.ts';
import { namePattern } from '../../base/names.ts';
import { PathWatches } from '../../host/path-watches.ts';
import { imagesDirectory } from '../../image/files.ts';
import { type Change, keyOf } from '../../protocol/events.ts';
import type { MachineView } from '../../protocol/views.ts';
import type { Home } from '../home.ts';
import { exists, machineNames } from '../machine.ts';
import { SummaryIndex } from '../summary-index.ts';
import { burst, type Watch, WatchedMachine } from './watched-machine.ts';

/** Milliseconds between looks at a machine that runs; with many, so many that looks take a small part of a CPU. */
const [oftenest, between] = [5000, 1000];

/** Milliseconds between looks at everything where the kernel gives no watches. */
const blindPace = 2000;

interface Listener {
  tell(change: Change): void;
  warn(text: string): void;
}

/** What is in a home, as it is: kept while somebody listens. */
export class WatchedHome implements Disposable, Watch {
  readonly home: Home;
  readonly index: SummaryIndex;
  /** Everything has been looked at once. */
  readonly ready: Promise<void>;
  readonly #listener: Listener;
  readonly #machines = new Map<string, WatchedMachine>();
  readonly #paths = new PathWatches();
  readonly #hints = new Map<string, NodeJS.Timeout>();
  #scan: NodeJS.Timeout | undefined;
  #warning: string | undefined;
  #begun = false;
  #closed = false;

  constructor(home: Home, listener: Listener) {
    this.home = home;
    this.index = new SummaryIndex(home);
    this.#listener = listener;
    try {
      this.#look();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.#begun = true;
    this.ready = Promise.all([...this.#machines.values()].map((machine) => machine.look())).then(() => {});
  }

  views(): MachineView[] {
    const views = [...this.#machines.values()].flatMap(({ view }) => view ?? []);
    return views.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What somebody who comes to listen is to be warned of. */
  get warning(): string | undefined {
    return this.#warning;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#scan);
    for (const timer of this.#hints.values()) clearTimeout(timer);
    for (const machine of this.#machines.values()) machine[Symbol.dispose]();
    this.#paths[Symbol.dispose]();
  }

  tell(change: Change): void {
    this.#listener.tell(change);
  }

  hint(change: Change): void {
    const key = keyOf(change);
    if (this.#closed || this.#hints.has(key)) return;
    const tell = () => {
      this.#hints.delete(key);
      this.tell(change);
    };
    this.#hints.set(key, setTimeout(tell, burst));
  }

  pace(): number {
    const running = [...this.#machines.values()].filter(({ view }) => view?.pid !== undefined).length;
    return Math.max(oftenest, running * between);
  }

  forget(name: string): void {
    this.#machines.get(name)?.[Symbol.dispose]();
    this.#machines.delete(name);
    this.index.forget(name);
  }

  blind(error: unknown): void {
    if (this.#warning !== undefined) return;
    this.#warning = `what changes is looked for every ${blindPace / 1000} s, as files cannot be watched: ${whyNot(error)}`;
    this.#listener.warn(this.#warning);
    this.#scanIn(blindPace);
  }

  /** Finds what is there, and marks each name that is, or was. */
  #look(): void {
    this.#watchPaths();
    const names = this.#names();
    for (const name of new Set([...names, ...this.#machines.keys()])) this.#mark(name);
  }

  /** @throws `directory-unusable` when it begins; later nothing is there that could be read */
  #names(): string[] {
    try {
      return machineNames(this.home).filter((name) => namePattern.test(name));
    } catch (error) {
      if (!this.#begun) throw error;
      return [];
    }
  }

  #watchPaths(): void {
    const { directory } = this.home;
    const images = join(directory, imagesDirectory);
    const told = (name: string | undefined) => this.#told(name);
    try {
      const paths = exists(directory)
        ? { [directory]: told, [images]: (name: string | undefined) => this.#toldOfImages(name) }
        : { [nearest(directory)]: () => this.#scanIn(burst) };
      if (this.#paths.set(paths).includes(images) && this.#begun) this.hint({ kind: 'images' });
      // Of what was made on the way there before that was watched nobody tells.
      if (!Object.hasOwn(paths, nearest(directory))) this.#scanIn(burst);
    } catch (error) {
      this.blind(error);
    }
  }

  #told(name: string | undefined): void {
    const itself = name === undefined || name === basename(this.home.directory);
    if (itself || name === imagesDirectory) this.#scanIn(burst);
    if (name !== undefined && namePattern.test(name)) this.#mark(name);
  }

  #toldOfImages(name: string | undefined): void {
    if (name === imagesDirectory) this.#scanIn(burst);
    if (name === undefined || namePattern.test(name)) this.hint({ kind: 'images' });
  }

  #mark(name: string): void {
    let machine = this.#machines.get(name);
    if (!machine) {
      machine = new WatchedMachine(this, name);
      this.#machines.set(name, machine);
    }
    machine.mark();
  }

  #scanIn(milliseconds: number): void {
    if (this.#closed || this.#scan) return;
    this.#scan = setTimeout(() => {
      this.#scan = undefined;
      this.#look();
      if (this.#warning !== undefined) this.#scanIn(blindPace);
    }, milliseconds);
  }
}

function whyNot(error: unknown): string {
  if (!['ENOSPC', 'EMFILE'].includes(errnoOf(error) ?? '')) return String(error);
  return 'the kernel gives this user no more watches. Allow more: sysctl fs.inotify.max_user_watches=65536 fs.inotify.max_user_instances=512';
}

/** The directory, or the first one above it that is there. */
function nearest(directory: string): string {
  return exists(directory) || dirname(directory) === directory ? directory : nearest(dirname(directory));
}
