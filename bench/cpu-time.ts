import { readFileSync } from 'node:fs';

/** Milliseconds of CPU that a process has used, user and system: fields 14 and 15 of /proc/PID/stat (proc(5)). */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10; // USER_HZ is 100
}
