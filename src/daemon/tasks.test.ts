import { expect, test } from 'vitest';
import { VivariumError } from '../base/errors.ts';
import { Newest } from '../base/newest.ts';
import { Scope } from '../base/scope.ts';
import { type Engine, engineOf } from '../protocol/engine.ts';
import { type Change, keyOf } from '../protocol/events.ts';
import { withTasks } from './tasks.ts';

/** An engine with tasks over one whose operations do what the test says. */
function over(act: (scope: Scope) => Promise<unknown>): { engine: Engine; below: Newest<Change> } {
  const below = new Newest<Change>();
  put(below, { kind: 'machines', machines: [] });
  const events = engineOf(async (name, _, scope) =>
    name === 'host.events' ? below.read(scope.signal) : await act(scope),
  );
  return { engine: withTasks(events), below };
}

const put = (to: Newest<Change>, change: Change) => to.put(keyOf(change), change);

const listen = async (engine: Engine, signal?: AbortSignal) =>
  (await engine.host.events({}, new Scope({ timeout: 5000, ...(signal && { signal }) })))[
    Symbol.asyncIterator
  ]();

const fork = (engine: Engine) => engine.machine.fork({ from: 'web@s1', names: ['a', 'b'] });

test('an operation is told step by step, to its end', async () => {
  const steps = new Newest<string>();
  const { engine } = over(async (scope) => {
    for await (const step of steps.read(scope.signal)) {
      if (step === 'end') return 'forked';
      scope.step(step, { done: 1, of: 4 });
    }
    return undefined;
  });
  const changes = await listen(engine);
  expect((await changes.next()).value).toEqual({ kind: 'machines', machines: [] });
  const forked = fork(engine);
  steps.put('', 'Saving');
  const { value: saving } = await changes.next();
  const [subject, machines] = ['web@s1 a b', ['web', 'a', 'b']];
  const task = { kind: 'task', operation: 'machine.fork', subject, machines, state: 'running' };
  expect(saving).toEqual({ ...task, id: expect.any(String), step: 'Saving', done: 1, of: 4 });
  steps.put('', 'Forking');
  expect((await changes.next()).value).toEqual({ ...saving, step: 'Forking' });
  steps.put('', 'end');
  expect((await changes.next()).value).toEqual({ ...saving, step: 'Forking', state: 'done' });
  expect(await forked).toBe('forked');
});

test('who comes later is told of what has ended, and why, behind all machines', async () => {
  const { engine, below } = over(async (scope) => {
    scope.step('Forking');
    throw new VivariumError('machine-not-found', { name: 'web', similar: [] });
  });
  await expect(fork(engine)).rejects.toMatchObject({ code: 'machine-not-found' });
  const changes = await listen(engine);
  expect((await changes.next()).value).toMatchObject({ kind: 'machines' });
  const failed = { kind: 'task', state: 'failed', error: 'There is no machine web.' };
  expect((await changes.next()).value).toMatchObject(failed);
  put(below, { kind: 'images' });
  expect((await changes.next()).value).toEqual({ kind: 'images' });
});

test('what reports no step is no task, and a caller hears of steps as before', async () => {
  const { engine, below } = over(async (scope) => scope.warn('beware'));
  const changes = await listen(engine);
  await changes.next();
  const heard: unknown[] = [];
  const report = (progress: unknown) => heard.push(progress);
  await engine.machine.start({ name: 'm' }, new Scope({ report }));
  put(below, { kind: 'images' });
  expect((await changes.next()).value).toEqual({ kind: 'images' });
  expect(heard).toEqual([{ kind: 'warning', text: 'beware' }]);
});

test('of a hundred steps that nobody reads one waits', async () => {
  const { engine } = over(async (scope) => {
    for (let step = 1; step <= 100; step++) scope.step(`Step ${step}`);
  });
  const changes = await listen(engine);
  await changes.next();
  await fork(engine);
  expect((await changes.next()).value).toMatchObject({ step: 'Step 100', state: 'done' });
});

test('who leaves ends the stream below, and an error of that one is the listener’s', async () => {
  const { engine } = over(async () => {});
  const abort = new AbortController();
  const changes = await listen(engine, abort.signal);
  await changes.next();
  const waiting = changes.next();
  abort.abort();
  expect((await waiting).done).toBe(true);
  const failing = withTasks(
    engineOf(async () =>
      (async function* () {
        yield { kind: 'images' };
        throw new Error('gone');
      })(),
    ),
  );
  const broken = await listen(failing);
  expect((await broken.next()).value).toEqual({ kind: 'images' });
  await expect(broken.next()).rejects.toThrow('gone');
});
