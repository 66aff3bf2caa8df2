import { expect, test } from 'vitest';
import { outcome } from './outcome.ts';

const task = { subject: 'web', began: 1000, ended: 1250 };

test('says how quickly a machine came up, and how', () => {
  const result = { name: 'web', pid: 1, accelerator: { name: 'tcg', reason: '' }, took: 84 };
  expect(outcome({ ...task, operation: 'machine.start', result })).toBe('web runs after 84ms, by tcg');
  const resumed = { ...result, accelerator: undefined, resumed: true };
  expect(outcome({ ...task, operation: 'machine.start', result: resumed })).toBe(
    'web goes on where it was after 84ms',
  );
});

test('names one fork, and counts more', () => {
  const fork = { name: 'web-1', pid: 1, forwards: [], took: 1 };
  const one = { from: 'web', forks: [fork], took: 160, pause: 12 };
  expect(outcome({ ...task, operation: 'machine.fork', result: one })).toBe(
    'Forked web: web-1 in 160ms; it stood still for 12ms',
  );
  const three = { from: 'web', forks: [fork, fork, fork], took: 410 };
  expect(outcome({ ...task, operation: 'machine.fork', result: three })).toBe('Forked web: 3 in 410ms');
});

test('says what anything else took', () => {
  expect(outcome({ ...task, operation: 'image.build', subject: 'tiny', result: {} })).toBe(
    'Built tiny, 250ms',
  );
});
