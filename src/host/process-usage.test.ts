import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identityOf } from './process-identity.ts';
import { commandLineOf, processUsage } from './process-usage.ts';

test('a process that computes uses more and more of the CPU, and has memory', () => {
  const me = identityOf(process.pid) as NonNullable<ReturnType<typeof identityOf>>;
  const before = processUsage(me);
  const end = performance.now() + 60;
  const used = process.cpuUsage();
  while (performance.now() < end || process.cpuUsage(used).user < 60_000);
  const now = processUsage(me);
  expect((now?.cpu ?? 0) - (before?.cpu ?? 0)).toBeGreaterThanOrEqual(20);
  expect((now?.at ?? 0) - (before?.at ?? 0)).toBeGreaterThanOrEqual(60);
  const { rss } = process.memoryUsage();
  expect(Math.abs((now?.resident ?? 0) - rss) / rss).toBeLessThan(0.3);
});

test('nothing is told of one that is gone, or of another with its pid', async () => {
  const child = spawn('sleep', ['100']);
  await once(child, 'spawn');
  const it = identityOf(child.pid as number) as NonNullable<ReturnType<typeof identityOf>>;
  expect(commandLineOf(it.pid)).toEqual(['sleep', '100']);
  expect(processUsage({ ...it, started: '1' })).toBeUndefined();
  child.kill();
  await once(child, 'close');
  expect(processUsage(it)).toBeUndefined();
  expect(commandLineOf(it.pid)).toBeUndefined();
});
