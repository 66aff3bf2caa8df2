import { readFileSync } from 'node:fs';

/** Milliseconds over which processes are watched. */
const window = 1000;

/** How much of one CPU each of them may use, on average. */
const idle = 0.03;

/** Waits, for a minute at most, until processes idle: guests that still boot would disturb what is measured. */
export async function awaitQuiet(pids: readonly number[], signal: AbortSignal): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    const before = ticks(pids);
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, window));
    signal.throwIfAborted();
    const used = ((ticks(pids) - before) * 10) / (performance.now() - began); // USER_HZ is 100
    if (used <= idle * pids.length) return;
  }
  throw new Error('the guests do not come to rest');
}

/** CPU time of processes, user and system: fields 14 and 15 of /proc/PID/stat (proc(5)). */
function ticks(pids: readonly number[]): number {
  return pids
    .map((pid) => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[11]) + Number(fields[12]);
    })
    .reduce((sum, one) => sum + one, 0);
}
