import { expect, test } from 'vitest';
import type { MachineUsage } from '../engine.ts';
import { cpuShare, room, type Sample, withUsage } from './usage.ts';

const seen = (at: number, cpu: number, pid = 1): MachineUsage => ({
  name: 'web',
  pid,
  cpu,
  resident: 7,
  memory: 8,
  at,
});

test('makes a sample of two looks, and keeps the newest', () => {
  let samples: readonly Sample[] = [];
  for (let second = 1; second <= room + 5; second++) {
    samples = withUsage(
      samples,
      seen(1000 * (second - 1), 500 * (second - 1)),
      seen(1000 * second, 500 * second),
    );
  }
  expect(samples).toHaveLength(room);
  expect(samples.at(-1)).toEqual({ at: 1000 * (room + 5), cpu: 0.5, memory: 7 });
});

test('begins anew with another QEMU', () => {
  const samples = withUsage([], seen(0, 0), seen(1000, 100));
  expect(withUsage(samples, seen(1000, 100), seen(2000, 50, 2))).toEqual([]);
});

test('takes no moment twice', () => {
  const samples = withUsage([], seen(0, 0), seen(1000, 100));
  expect(withUsage(samples, seen(1000, 100), seen(1000, 100))).toBe(samples);
});

test('is a share of the CPUs that the machine has, never more than all of them', () => {
  expect(cpuShare({ at: 0, cpu: 0.5, memory: 0 }, 2)).toBe(0.25);
  expect(cpuShare({ at: 0, cpu: 1.2, memory: 0 }, 1)).toBe(1);
  expect(cpuShare(undefined, 1)).toBeUndefined();
});
