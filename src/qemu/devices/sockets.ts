import { option } from '../option.ts';

const socket = (id: string, path: string, rest: Record<string, string | boolean> = {}) => [
  '-chardev',
  option('socket', { id, path, server: true, wait: false, ...rest }),
];

/** A QMP socket: one client at a time. */
export function qmp(id: string, path: string): string[] {
  return [...socket(id, path), '-mon', option('', { chardev: id, mode: 'control' })];
}

/** The monitor for people, also the path where runit-vm's users look for it. */
export function monitor(path: string): string[] {
  return [...socket('monitor', path), '-mon', option('', { chardev: 'monitor', mode: 'readline' })];
}

/**
 * The first serial port on a socket. What it prints also goes to QEMU's standard output, and so to the log
 * service: scrollback and every viewer read it there.
 */
export function serialConsole(path: string): string[] {
  const log = { logfile: '/dev/stdout', logappend: true };
  return [...socket('console', path, log), '-serial', 'chardev:console'];
}
