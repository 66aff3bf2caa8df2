import { join } from 'node:path';
import { PathWatches } from '../../host/path-watches.ts';
import type { Change } from '../../protocol/events.ts';
import type { MachineView } from '../../protocol/views.ts';
import { fileOf, machineFiles } from '../files.ts';
import type { Home } from '../home.ts';
import { exists, type Machine, machineAt } from '../machine.ts';
import type { SummaryIndex } from '../summary-index.ts';
import { view } from '../view.ts';

/** What a machine that is watched needs of those who watch. */
export interface Watch {
  home: Home;
  index: SummaryIndex;
  tell(change: Change): void;
  /** The same of something that changes in bursts: told once for each. */
  hint(change: Change): void;
  /** Milliseconds until a machine that runs is looked at though no file has changed. */
  pace(): number;
  /** Watches could not be had: from now on all is marked now and then. */
  blind(error: unknown): void;
  /** There is nothing of this name any more. */
  forget(name: string): void;
}

/** Milliseconds in which changes are taken for one. */
export const burst = 50;

/** Milliseconds until the next look at a machine that is on its way; doubled from look to look. */
const [soonest, latest] = [100, 5000];

/** Files in supervise/ by which a state can be known to have changed. QEMU writes to others there. */
const telling = new Set(['life', 'ladder', 'engine', 'status']);

/** A name in $VMDIR: most often a machine, which is looked at whenever its files change. */
export class WatchedMachine implements Disposable {
  readonly name: string;
  readonly #watch: Watch;
  readonly #directory: string;
  readonly #paths = new PathWatches();
  #view: MachineView | undefined;
  #seenAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #due = Number.POSITIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #again = false;
  #patience = soonest;
  #closed = false;

  constructor(watch: Watch, name: string) {
    this.name = name;
    this.#watch = watch;
    this.#directory = join(watch.home.directory, name);
  }

  /** As it was when last looked at, its uptime as it is by now; undefined where it is no machine. */
  get view(): MachineView | undefined {
    const { uptime } = this.#view ?? {};
    if (!this.#view || uptime === undefined) return this.#view;
    return { ...this.#view, uptime: uptime + performance.now() - this.#seenAt };
  }

  /** Something has changed: it is looked at soon. */
  mark(): void {
    this.#patience = soonest;
    this.#lookIn(burst);
  }

  /** Looks at it now, and tells of what is otherwise than it was. */
  async look(): Promise<void> {
    if (this.#closed) return;
    if (this.#looking) {
      this.#again = true;
      return await this.#looking;
    }
    this.#looking = this.#lookOnce();
    await this.#looking;
    this.#looking = undefined;
    if (this.#closed) return;
    if (this.#again) this.#lookIn(burst);
    else this.#lookIn(this.#nextLook());
    this.#again = false;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#paths[Symbol.dispose]();
  }

  async #lookOnce(): Promise<void> {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    this.#watchPaths(this.#view?.pid !== undefined); // before the look, so that nothing falls between
    const machine = machineAt(this.#watch.home, this.name);
    const seen = machine && (await view(machine, this.#watch.index));
    if (this.#closed) return;
    // Machines go by a rename: what was seen of one on its way out is nothing to be told.
    this.#take(seen && machineAt(this.#watch.home, this.name) ? seen : undefined);
    if (!this.#view && !exists(this.#directory)) this.#watch.forget(this.name);
  }

  #take(seen: MachineView | undefined): void {
    const before = this.#view;
    this.#view = seen;
    this.#seenAt = performance.now();
    if ((before?.pid === undefined) !== (seen?.pid === undefined)) this.#again = true; // other files are watched then
    if (seen && !same(before, seen)) this.#watch.tell({ kind: 'machine', machine: seen });
    if (before && !seen) this.#watch.tell({ kind: 'machine-gone', name: this.name });
  }

  /**
   * QEMU writes to disks in the directory of a machine that runs, and each write would wake us: then only the spec is
   * watched there. What else changes beside a QEMU is announced (see ../life.ts), or seen at the next look.
   */
  #watchPaths(runs: boolean): void {
    const told = (name: string | undefined) => {
      if (!name?.startsWith('.')) this.mark();
    };
    const machine: Pick<Machine, 'directory'> = { directory: this.#directory };
    const [spec, snapshots] = [fileOf(machine, 'spec'), fileOf(machine, 'snapshots')];
    const paths = {
      [runs ? spec : this.#directory]: told,
      [fileOf(machine, 'templates')]: told,
      [join(this.#directory, 'supervise')]: (name: string | undefined) => {
        if (name === undefined || telling.has(name) || name === 'supervise') this.mark();
      },
      [snapshots]: (name: string | undefined) => {
        if (!name?.startsWith('.')) this.#hintSnapshots();
        if (name === machineFiles.snapshots) this.mark(); // the directory itself
      },
    };
    try {
      if (this.#paths.set(paths).includes(snapshots) && this.#view) this.#hintSnapshots();
    } catch (error) {
      this.#watch.blind(error);
    }
  }

  #hintSnapshots(): void {
    this.#watch.hint({ kind: 'snapshots', name: this.name });
  }

  #lookIn(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (this.#closed || milliseconds === Number.POSITIVE_INFINITY || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY; // also where a look is under way: the next is to be set after it
      this.look();
    }, milliseconds);
  }

  #nextLook(): number {
    // Going on from a saved state ends without a word of it in what is watched.
    const goesOn = this.#view?.state === 'suspended' && this.#view.pid !== undefined;
    switch (goesOn ? 'starting' : this.#view?.state) {
      case 'starting':
      case 'stopping':
        this.#patience = Math.min(latest, this.#patience * 2);
        return this.#patience / 2;
      case 'running':
      case 'paused':
        return this.#watch.pace();
      default:
        return Number.POSITIVE_INFINITY;
    }
  }
}

function same(one: MachineView | undefined, other: MachineView): boolean {
  const text = (view: MachineView | undefined) => JSON.stringify({ ...view, uptime: undefined });
  return text(one) === text(other);
}
