import { readFileSync } from 'node:fs';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What a process takes of the host. Bytes, milliseconds. */
export interface ProcessUsage {
  /** Of all its threads, in user and kernel mode. */
  cpu: number;
  resident: number;
  /** From disks and to them; absent where the kernel does not say. */
  read?: number;
  written?: number;
  /** On the monotonic clock, which begins with the host. */
  at: number;
}

/** @returns undefined where the process is gone */
export function processUsage(of: ProcessIdentity): ProcessUsage | undefined {
  const { pid } = of;
  try {
    const usage = { cpu: cpuOf(pid), resident: residentOf(pid), ...ioOf(pid), at: now() };
    return isAlive(of) ? usage : undefined; // asked last: all was read of that very process
  } catch {
    return undefined; // ENOENT or ESRCH: it has ended meanwhile
  }
}

/** The program's words as it was started, or undefined where the process is gone. */
export function commandLineOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return undefined;
  }
}

const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/** utime and stime, fields 14 and 15 of /proc/PID/stat (proc(5)), in ticks of 10 ms (USER_HZ). */
function cpuOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentOf(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
}

function ioOf(pid: number): { read?: number; written?: number } {
  try {
    const text = readFileSync(`/proc/${pid}/io`, 'latin1');
    const field = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1]);
    return { read: field('read_bytes'), written: field('write_bytes') };
  } catch {
    return {}; // a kernel without task accounting, or a process that has put on other rights
  }
}
