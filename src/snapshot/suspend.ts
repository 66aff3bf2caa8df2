import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { syncDirectory } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { diskUsage } from '../host/disk-usage.ts';
import { fileOf, machineFiles } from '../machine/files.ts';
import { hiddenPlace } from '../machine/hidden-place.ts';
import { locked } from '../machine/locked.ts';
import type { Machine } from '../machine/machine.ts';
import { savedFiles } from '../machine/saved.ts';
import { quitLocked } from '../machine/stop.ts';
import type { SuspendReport } from '../protocol/views.ts';
import { captureAndStand } from './capture.ts';
import { complete } from './create.ts';

/**
 * Saves a machine's state to disk and ends its QEMU: the next start goes on from there, also after a reboot of the
 * host.
 * @throws what `capture` throws; the machine goes on then
 */
export async function suspend(scope: Scope, machine: Machine): Promise<SuspendReport> {
  const began = performance.now();
  return await locked(machine, 'machine.suspend', async (status, held) => {
    await using undo = new Undo();
    const place = fileOf(machine, 'suspended');
    const draft = hiddenPlace(machine, machineFiles.suspended);
    undo.push(() => rmSync(draft, { recursive: true, force: true }));
    mkdirSync(draft, { mode: 0o700 });
    scope.step(`Saving ${machine.name}`);
    const into = { directory: draft, memory: join(draft, savedFiles.memory) };
    let bytes = 0;
    await captureAndStand(scope, machine, status, held, into, async ({ saved }) => {
      await complete(draft, saved);
      bytes = diskUsage(draft);
      crashPoint('suspend: filled');
      scope.check();
      renameSync(draft, place);
      syncDirectory(machine.directory);
      undo.keep();
      crashPoint('suspend: placed');
      await quitLocked(scope, machine);
      crashPoint('suspend: quit');
    });
    return { name: machine.name, bytes, took: performance.now() - began };
  });
}
