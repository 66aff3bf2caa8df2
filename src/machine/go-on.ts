import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { lastLines } from '../base/printable.ts';
import type { Scope } from '../base/scope.ts';
import { crashPoint } from '../host/crash-point.ts';
import { loadState, MigrationFailed } from '../qemu/migration.ts';
import type { Qmp } from '../qemu/qmp.ts';
import { talkOver } from './ask.ts';
import { fileOf, machineFiles } from './files.ts';
import { hiddenPlace } from './hidden-place.ts';
import { type LogPlace, readLogSince } from './log-file.ts';
import type { Machine } from './machine.ts';
import { unfitState } from './plan.ts';
import { readSaved, type Saved, savedFiles } from './saved.ts';
import { unfitVersion } from './saved-needs.ts';
import { outdateScripts } from './scripts.ts';

/**
 * Has a machine's QEMU, which waits for it, go on from the saved state. The state is used up with the guest's first
 * step: from then on its disks are others.
 * @param qmp is given up when it has
 * @param log where its QEMU began to speak
 * @param gate is waited for when all but the first step is done
 * @throws `state-unfit`, `resume-failed`; the state is kept then
 */
export async function goOn(
  scope: Scope,
  machine: Machine,
  qmp: Qmp,
  log: LogPlace,
  gate: () => Promise<void> = async () => {},
): Promise<Saved> {
  const directory = fileOf(machine, 'suspended');
  const saved = readSaved(machine, directory);
  await talkOver(scope, machine, qmp, 'migrate-incoming', async () => {
    const differs = unfitVersion(saved, qmp.version);
    if (differs) throw unfitState(machine, differs);
    const passage = { seen: machineFiles.passage, path: fileOf(machine, 'passage') };
    try {
      await loadState(scope, qmp, passage, join(directory, savedFiles.state));
    } catch (error) {
      scope.check();
      if (!(error instanceof MigrationFailed)) throw error;
      const lines = await lastWords(scope, machine, log);
      const said = lines.findLast(isQemus) ?? error.message;
      throw new VivariumError('resume-failed', { name: machine.name, said, lines }, { cause: error });
    }
    crashPoint('resume: loaded');
    await gate();
    outdateScripts(machine); // the next start is another one
    const used = hiddenPlace(machine, machineFiles.suspended);
    renameSync(directory, used);
    crashPoint('resume: used');
    await qmp.execute('cont');
    crashPoint('resume: gone on');
    rmSync(used, { recursive: true, force: true });
  });
  qmp[Symbol.dispose](); // QEMU talks to one at a time
  return saved;
}

const isQemus = (line: string): boolean => line.startsWith('qemu');

/** What QEMU says when it gives up comes through a pipe, and `finish` has the last word. */
async function lastWords(scope: Scope, machine: Machine, log: LogPlace): Promise<string[]> {
  const said = () => lastLines(readLogSince(machine, log).bytes.toString(), 5);
  const isLast = (line: string) => isQemus(line) || line.startsWith('vivarium: QEMU was');
  const complete = () => said().some(isLast) || undefined;
  await scope
    .until(complete, () => ({ awaited: 'the log', lines: [], hint: '' }), { every: 5, within: 5000 })
    .catch(() => {});
  return said();
}
