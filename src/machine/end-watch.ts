import { VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import { isLiving, type Life, readLife } from './life.ts';
import { readLogTail } from './log-file.ts';
import type { Machine } from './machine.ts';

/** Milliseconds that `finish` has to say why QEMU has ended. */
const patience = 1000;

/** What the console and QEMU said last, for an error to quote. */
export function lastWords(machine: Machine): string[] {
  return lastLines(readLogTail(machine, 8192).bytes.toString(), 5);
}

/**
 * Watches over a wait for something in the guest: each call looks whether the QEMU of the first one still runs.
 * @throws `machine-ended` by the function that it returns
 */
export function watchEnd(machine: Machine): () => void {
  let pid: number | undefined;
  let missing: number | undefined;
  return () => {
    const life = readLife(machine);
    const word = life?.word;
    if (isLiving(machine, life)) {
      const other = word === 'restarting' || life.process.pid !== pid;
      if (pid !== undefined && other) throw ended(machine, life);
      if (word === 'running') pid = life.process.pid;
      missing = undefined;
      return;
    }
    if (!life && pid === undefined) return; // its own `run` tells nothing: runit-vm made it
    missing ??= performance.now();
    const unsaid = word === 'running' || (word === 'starting' && pid === undefined);
    if (!unsaid || performance.now() - missing > patience) throw ended(machine, life);
  };
}

function ended(machine: Machine, life: Life | undefined): VivariumError {
  const reason = life && 'reason' in life ? life.reason : 'QEMU has ended';
  return new VivariumError('machine-ended', { name: machine.name, reason, lines: lastWords(machine) });
}
