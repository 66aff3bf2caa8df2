import { expect, test } from 'vitest';
import { highest } from './versions.ts';

test('of two kernels the newer one counts', () => {
  expect(highest(['vmlinuz-6.1.0-56-amd64', 'vmlinuz-6.1.0-9-amd64'])).toBe('vmlinuz-6.1.0-56-amd64');
  expect(highest([])).toBeUndefined();
});
