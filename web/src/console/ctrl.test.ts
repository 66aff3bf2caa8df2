import { expect, test } from 'vitest';
import { withCtrl } from './ctrl.ts';

test('makes control characters of letters and of what stands beside them', () => {
  expect(['c', 'C', '[', '?', '@'].map(withCtrl)).toEqual(['\u0003', '\u0003', '\u001b', '\u007f', '\u0000']);
});

test('leaves alone what has no such form', () => {
  expect(['1', '\u001b[A', 'ä', '|'].map(withCtrl)).toEqual(['1', '\u001b[A', 'ä', '|']);
});
