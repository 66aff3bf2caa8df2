import { describe, expect, test } from 'vitest';
import { endless, type Progress, Scope } from './scope.ts';

const awaited = () => ({ awaited: 'the moon', lines: ['half'], hint: 'wait' });

describe('until', () => {
  test('returns at once what is there', async () => {
    const begun = performance.now();
    expect(await new Scope().until(() => 0, awaited, { every: 10_000 })).toBe(0);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  test('looks again until something is there', async () => {
    let looks = 0;
    const look = async () => (++looks === 3 ? 'seen' : undefined);
    expect(await new Scope().until(look, awaited, { every: 1 })).toBe('seen');
  });

  test('gives up after its own time and says what it waited for', async () => {
    const begun = performance.now();
    const waiting = new Scope().until(() => undefined, awaited, { within: 30, every: 5 });
    await expect(waiting).rejects.toMatchObject({
      code: 'timeout',
      details: { awaited: 'the moon', ms: 30, lines: ['half'] },
      message: 'Waited 30ms for the moon, in vain.\n  | half',
    });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(30);
  });

  test("ends with the scope's time where that is less", async () => {
    const waiting = new Scope({ timeout: 20 }).until(() => undefined, awaited, { within: 60_000 });
    await expect(waiting).rejects.toMatchObject({ code: 'timeout', details: { ms: 20 } });
  });

  test('ends when the caller aborts', async () => {
    const abort = new AbortController();
    const waiting = new Scope({ signal: abort.signal }).until(() => undefined, awaited, { every: 1 });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('an error of looking goes through', async () => {
    const look = () => Promise.reject(new Error('blind'));
    await expect(new Scope().until(look, awaited)).rejects.toThrow('blind');
  });
});

test('the end of its time is no interruption, whenever the timer fires', async () => {
  const scope = new Scope({ timeout: 5 });
  expect(() => scope.check(awaited)).not.toThrow();
  await new Promise((resolve) => scope.signal.addEventListener('abort', resolve));
  expect(() => scope.check()).not.toThrow();
  expect(() => scope.check(awaited)).toThrow('Waited 5ms for the moon, in vain.');
});

test('an interruption is told as one, after the end of its time too', () => {
  const scope = new Scope({ timeout: 0, signal: AbortSignal.abort() });
  expect(() => scope.check()).toThrow(expect.objectContaining({ code: 'interrupted' }));
});

test('a deadline has passed whether or not its timer has told so', () => {
  const scope = new Scope({ timeout: 5 });
  for (const end = performance.now() + 6; performance.now() < end; );
  expect(scope.signal.aborted).toBe(false);
  expect(() => scope.check(awaited)).toThrow(expect.objectContaining({ code: 'timeout' }));
});

test.each([0, 0.4, 1e3, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])('takes %d ms', (timeout) => {
  const scope = new Scope({ timeout });
  expect(scope.timeout).toBe(Math.min(timeout, endless));
  expect(scope.left).toBeGreaterThanOrEqual(0);
  expect(scope.signal.aborted).toBe(false);
});

test('progress goes to whoever listens', () => {
  const told: Progress[] = [];
  const scope = new Scope({ report: (progress) => void told.push(progress) });
  scope.step('Copying', { done: 1, of: 2 });
  scope.warn('slow');
  expect(told).toEqual([
    { kind: 'step', text: 'Copying', done: 1, of: 2 },
    { kind: 'warning', text: 'slow' },
  ]);
});

test('a scope without an end has none in its parts either', () => {
  const scope = new Scope({ timeout: Number.MAX_SAFE_INTEGER });
  expect(scope.left).toBe(endless);
  expect(scope.telling((it) => it).within(Number.MAX_SAFE_INTEGER).left).toBe(endless);
  const caller = new AbortController();
  const long = new Scope({ timeout: endless, signal: caller.signal });
  expect(long.signal).toBe(caller.signal);
  expect(new Scope({ timeout: 1000 }).left).toBeLessThanOrEqual(1000);
});
