import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isWithin } from './within.ts';

/** A process that works in a directory, or has a file of it open. */
export interface Holder {
  pid: number;
  /** The name of its command. */
  command: string;
  /** What it has of it. */
  path: string;
}

/** The processes that keep any of `directories` busy, as far as this user may see. */
export function holdersOf(directories: readonly string[]): Holder[] {
  const inside = (path: string | undefined): path is string =>
    path !== undefined && directories.some((directory) => isWithin(path, directory));
  return processes().flatMap((pid) => {
    const path = pathsOf(pid).find(inside);
    return path === undefined ? [] : { pid, command: read(`/proc/${pid}/comm`).trim(), path };
  });
}

/** All processes of the host, but for this one. */
export function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

/** The environment with which a process was started: `A=b` each; nothing where it may not be seen. */
export const environmentOf = (pid: number): string[] => read(`/proc/${pid}/environ`).split('\0');

function pathsOf(pid: number): (string | undefined)[] {
  const links = ['cwd', 'root', 'exe', ...files(pid).map((fd) => `fd/${fd}`)];
  return links.map((name) => link(`/proc/${pid}/${name}`));
}

// Below, whatever cannot be read belongs to a process that has gone or to another user.

function files(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
