import { expect, test } from 'vitest';
import { freeName } from './free-name.ts';

test('takes the name as it is where no machine has it', () => {
  expect(freeName('tiny', ['web'])).toBe('tiny');
});

test('counts on where it is taken', () => {
  expect(freeName('tiny', ['tiny', 'tiny-2', 'tiny-4'])).toBe('tiny-3');
});

test('makes a name of whatever a file is called', () => {
  expect(freeName('_My ISO (1)', [])).toBe('My-ISO-1-');
  expect(freeName('', ['machine'])).toBe('machine-2');
});
