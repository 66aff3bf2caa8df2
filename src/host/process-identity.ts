import { readFileSync, statSync } from 'node:fs';

/** A process for sure: a pid alone may have been given to another one since. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks after the host's boot: field 22 of /proc/PID/stat (proc(5)). */
  started: string;
  boot: string;
}

let boot: string | undefined;

/** The identity of this boot of the host. */
export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

/** Whether the process is still there and no zombie (one that PID 1 has yet to reap is gone for us). */
export function isAlive({ pid, started, boot }: ProcessIdentity): boolean {
  const now = statOf(pid);
  return (
    now !== undefined &&
    now.state !== 'Z' &&
    now.state !== 'X' &&
    now.started === started &&
    boot === bootId()
  );
}

/** The identity of a running process, or undefined where there is none with this pid. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const now = statOf(pid);
  return now && { pid, started: now.started, boot: bootId() };
}

/** Milliseconds since the process began. */
export function uptimeOf({ started }: ProcessIdentity): number {
  const sinceBoot = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  return Math.max(0, sinceBoot - Number(started) * 10); // USER_HZ is 100 in every Linux ABI of today
}

/** The pid of a process's parent, and its command's name. */
export function parentOf(pid: number): { pid: number; command: string } | undefined {
  const parent = statOf(pid)?.parent;
  const command = parent === undefined ? undefined : statOf(parent)?.command;
  return parent === undefined || command === undefined ? undefined : { pid: parent, command };
}

/** Whether the process works in the directory. */
export function worksIn(pid: number, directory: string): boolean {
  try {
    const [there, here] = [statSync(`/proc/${pid}/cwd`), statSync(directory)];
    return there.ino === here.ino && there.dev === here.dev;
  } catch {
    return false; // gone, or another user's
  }
}

interface Stat {
  command: string;
  state: string;
  parent: number;
  started: string;
}

function statOf(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // ENOENT or ESRCH: it is gone
  }
  const end = text.lastIndexOf(')'); // the command's name may hold spaces and brackets itself
  const fields = text.slice(end + 2).split(' ');
  return {
    command: text.slice(text.indexOf('(') + 1, end),
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    started: fields[19] ?? '',
  };
}
