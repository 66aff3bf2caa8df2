import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { syncDirectory } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { digestFile } from '../host/digest.ts';
import { fileOf } from '../machine/files.ts';
import { hiddenPlace } from '../machine/hidden-place.ts';
import { announce } from '../machine/life.ts';
import { locked } from '../machine/locked.ts';
import { exists, type Machine } from '../machine/machine.ts';
import { type Saved, savedFiles, writeSaved } from '../machine/saved.ts';
import type { SnapshotView } from '../protocol/views.ts';
import { copyBelongings } from './belongings.ts';
import { capture } from './capture.ts';
import { digestMemory } from './memory.ts';
import { linkDisks, snapshotFiles, snapshotPlace, snapshotsOf, viewSnapshot } from './snapshot.ts';

/**
 * Keeps a machine as it is now; it goes on.
 * @param name `s1`, `s2`, … if not given
 * @throws what `capture` throws, `snapshot-exists`; nothing is left of it then
 */
export async function createSnapshot(
  scope: Scope,
  machine: Machine,
  name: string | undefined,
): Promise<SnapshotView> {
  return await locked(machine, 'snapshot.create', async (status, held) => {
    const snapshot = snapshotPlace(machine, name ?? freeName(machine));
    if (exists(snapshot.directory))
      throw new VivariumError('snapshot-exists', { name: machine.name, snapshot: snapshot.name });
    await using undo = new Undo();
    const draft = hiddenPlace(machine, snapshot.name);
    undo.push(() => rmSync(draft, { recursive: true, force: true }));
    mkdirSync(draft, { mode: 0o700 });
    mkdirSync(fileOf(machine, 'snapshots'), { recursive: true, mode: 0o700 });
    scope.step(`Saving ${machine.name} as ${snapshot.name}`);
    const into = { directory: draft, memory: join(draft, savedFiles.memory) };
    copyBelongings(machine, join(draft, snapshotFiles.belongings));
    const { saved, pause } = await capture(scope, machine, status, held, into);
    linkDisks(draft, saved.disks);
    scope.step('Writing it to disk');
    await complete(draft, await digested(scope, draft, saved));
    crashPoint('snapshot: filled');
    scope.check();
    renameSync(draft, snapshot.directory);
    syncDirectory(dirname(snapshot.directory));
    crashPoint('snapshot: placed');
    undo.keep();
    announce(machine);
    return { ...viewSnapshot(snapshot), pause };
  });
}

/** Has a state that was just saved be known again by its digests. */
async function digested(scope: Scope, directory: string, saved: Saved): Promise<Saved> {
  const state = await digestFile(scope, join(directory, savedFiles.state), 'sha256');
  const memory = await digestMemory(scope, join(directory, savedFiles.memory));
  return { ...saved, digests: { state: state.hex, memory } };
}

/** Has a state that was just saved survive a crash of the host. */
export async function complete(directory: string, saved: Saved): Promise<void> {
  for (const file of [savedFiles.state, savedFiles.memory]) {
    await using handle = await open(join(directory, file), 'r');
    await handle.sync();
  }
  writeSaved(directory, saved);
}

function freeName(machine: Machine): string {
  const taken = new Set(snapshotsOf(machine).map(({ name }) => name));
  for (let number = 1; ; number++) if (!taken.has(`s${number}`)) return `s${number}`;
}
