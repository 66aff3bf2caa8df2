import { expect, test } from 'vitest';
import { stepOf } from './ladder.ts';

test('knows the rungs by what a stop says', () => {
  const said = ['web: pressed the power button', 'web: told QEMU to quit', 'web: killed QEMU'];
  expect(said.map((text) => stepOf('machine.stop', text))).toEqual(['powerdown', 'quit', 'kill']);
});

test('takes nothing else for a rung', () => {
  expect(stepOf('machine.stop', 'web: waiting')).toBeUndefined();
  expect(stepOf('image.build', 'web: killed QEMU')).toBeUndefined();
});
