import { cpuTime } from './cpu-time.ts';

/** Milliseconds over which processes are watched. */
const window = 1000;

/** How much of one CPU each of them may use, on average. */
const idle = 0.03;

/** Waits, for a minute at most, until processes idle: guests that still boot would disturb what is measured. */
export async function awaitQuiet(pids: readonly number[], signal: AbortSignal): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    const before = used(pids);
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, window));
    signal.throwIfAborted();
    if (used(pids) - before <= idle * pids.length * (performance.now() - began)) return;
  }
  throw new Error('the guests do not come to rest');
}

const used = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuTime(pid), 0);
