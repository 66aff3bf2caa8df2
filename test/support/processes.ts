import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { errnoOf } from '../../src/base/errors.ts';

export interface Found {
  pid: number;
  command: string;
}

/** The processes that work in a directory or below it, zombies left out. */
export function processesIn(directory: string): Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const cwd = readlinkSync(`/proc/${name}/cwd`);
        if (cwd !== directory && !cwd.startsWith(`${directory}/`)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), command }];
      } catch {
        return []; // gone, or another user's
      }
    });
}

/** Who still works there when those that are on their way out have had their time: a log service reads to its end. */
export async function lastOf(directory: string): Promise<Found[]> {
  const end = performance.now() + 5000;
  for (;;) {
    const left = processesIn(directory);
    if (left.length === 0 || performance.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Kills those that are still there. */
export function killAll(found: readonly Found[]): void {
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error;
    }
  }
}
