import { readFileSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { memoryOf } from '../machine/summary.ts';

/** The arguments of a process that runs; none where it has ended. */
export function runningArguments(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(1, -1);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}

/** Bytes of memory that a running QEMU's guest has, whatever machine.yaml says since. */
export function runningMemory(pid: number): number {
  const argv = runningArguments(pid);
  return argv.length === 0 ? 0 : memoryOf(argv);
}

/** Whether arguments of QEMU give a network: it has one where nothing is said of it. */
export function givesNetwork(argv: readonly string[]): boolean {
  const said = argv.flatMap((arg, at) => (/^--?(?:nic|net|netdev)$/.test(arg) ? [argv[at + 1] ?? ''] : []));
  return said.length === 0
    ? !argv.some((arg) => /^--?nodefaults$/.test(arg))
    : said.some((it) => it !== 'none');
}
