import { randomUUID } from 'node:crypto';
import { namesIn, subjectOf } from '../access/subject.ts';
import { isVivariumError } from '../base/errors.ts';
import { Newest } from '../base/newest.ts';
import { type Progress, Scope } from '../base/scope.ts';
import { callOf, type Engine, engineOf } from '../protocol/engine.ts';
import { type Change, keyOf, type TaskView } from '../protocol/events.ts';
import type { Operation } from '../protocol/operation.ts';
import { type OperationName, operations } from '../protocol/operations.ts';

/** Milliseconds for which a task that has ended is told to those who come to listen, and how many such are kept. */
const [kept, mostKept] = [60_000, 100];

/** Milliseconds between two words about the same step. */
const often = 100;

/** The same engine, which tells in `host.events` of operations that take their time: all that report steps. */
export function withTasks(engine: Engine): Engine {
  const call = callOf(engine);
  const tasks = new Tasks();
  return engineOf(async (name, parameters, scope) => {
    if (name === 'host.events') return await withEvents(engine, tasks, scope);
    const task = tasks.begin(name, parameters);
    const told = scope.telling((progress) => {
      task.report(progress);
      return progress;
    });
    try {
      const result = await call(name, parameters, told);
      task.end({ state: 'done' });
      return result;
    } catch (error) {
      const text = isVivariumError(error) ? error.message : 'This should not have happened.';
      task.end({ state: 'failed', error: text });
      throw error;
    }
  });
}

/** What is said of one operation; nobody hears of it before its first step. */
interface Task {
  report(progress: Progress): void;
  end(how: Pick<TaskView, 'state' | 'error'>): void;
}

/** The operations that are under way, and those that have ended lately. */
class Tasks {
  readonly #views = new Map<string, TaskView>();
  readonly #listeners = new Set<Newest<Change>>();

  begin(name: OperationName, parameters: unknown): Task {
    const operation = operations[name] as unknown as Operation;
    let view: TaskView | undefined;
    let told = 0;
    let ended = false;
    return {
      report: (progress) => {
        if (progress.kind !== 'step' || ended) return;
        const { text: step, done, of } = progress;
        const now = performance.now();
        if (view?.step === step && now - told < often) return;
        told = now;
        view ??= { id: randomUUID(), operation: name, ...aboutOf(operation, parameters), state: 'running' };
        const { done: _, of: __, ...rest } = view;
        view = { ...rest, step, ...(done !== undefined && { done }), ...(of !== undefined && { of }) };
        this.#tell(view);
      },
      end: (how) => {
        ended = true; // a stream that was opened may go on to report
        if (view) this.#end({ ...view, ...how });
      },
    };
  }

  /** Has it told of what is under way, and of all that comes. */
  join(listener: Newest<Change>): void {
    for (const view of this.#views.values()) put(listener, view);
    this.#listeners.add(listener);
  }

  leave(listener: Newest<Change>): void {
    this.#listeners.delete(listener);
  }

  #tell(view: TaskView): void {
    this.#views.set(view.id, view);
    for (const listener of this.#listeners) put(listener, view);
  }

  #end(view: TaskView): void {
    this.#views.delete(view.id); // those that ended last stand last
    this.#tell(view);
    setTimeout(() => this.#views.delete(view.id), kept).unref();
    const ended = [...this.#views.values()].filter(({ state }) => state !== 'running');
    for (const { id } of ended.slice(0, -mostKept)) this.#views.delete(id);
  }
}

function put(listener: Newest<Change>, view: TaskView): void {
  const change: Change = { kind: 'task', ...view };
  listener.put(keyOf(change), change);
}

function aboutOf(
  operation: Operation,
  parameters: unknown,
): Pick<TaskView, 'subject' | 'machines' | 'images'> {
  const subject = subjectOf(operation, parameters);
  const machines = (['machine', 'machine-to-be'] as const).flatMap((it) =>
    namesIn(operation, parameters, it),
  );
  const images = namesIn(operation, parameters, 'image');
  return {
    ...(subject !== '' && { subject }),
    ...(machines.length > 0 && { machines }),
    ...(images.length > 0 && { images }),
  };
}

/** The changes that the engine below tells, and tasks between them. */
async function withEvents(engine: Engine, tasks: Tasks, scope: Scope): Promise<AsyncIterable<Change>> {
  const left = new AbortController();
  const below = new Scope({
    timeout: scope.left,
    signal: AbortSignal.any([scope.signal, left.signal]),
    report: (progress) => scope.pass(progress),
  });
  const changes = await engine.host.events({}, below);
  return merge(changes, tasks, left, scope.signal);
}

async function* merge(
  changes: AsyncIterable<Change>,
  tasks: Tasks,
  left: AbortController,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  const outbox = new Newest<Change>();
  const over = new AbortController();
  const pump = async () => {
    let joined = false;
    for await (const change of changes) {
      outbox.put(keyOf(change), change);
      if (!joined) tasks.join(outbox); // behind the first change, which is all machines
      joined = true;
      await outbox.taken(); // what comes meanwhile waits below, where it costs no more than there are machines
    }
  };
  const pumping = pump().finally(() => over.abort());
  pumping.catch(() => {}); // thrown below
  try {
    yield* outbox.read(AbortSignal.any([signal, over.signal]));
  } finally {
    tasks.leave(outbox);
    left.abort();
  }
  await pumping;
}
