import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { lock } from '../host/lock.ts';
import { openFile } from '../host/open-file.ts';
import type { Home } from '../machine/home.ts';
import { locked } from '../machine/locked.ts';
import type { Machine } from '../machine/machine.ts';
import { type Saved, savedFiles } from '../machine/saved.ts';
import { readSpec } from '../machine/spec-file.ts';
import { copyBelongings } from './belongings.ts';
import { capture } from './capture.ts';
import { openMemoryOf, passingMemory } from './memory.ts';
import { findSnapshot, readSnapshot, type Snapshot, snapshotFiles } from './snapshot.ts';
import { broken, checkDisks } from './whole.ts';

/** One instant of a machine, as forks are made of it. */
export interface Instant {
  saved: Saved;
  /** A directory with the UEFI variables, and what the machine is made of. */
  directory: string;
  state: string;
  memory: string;
  /** Milliseconds that the machine stood still for it; absent where it was kept before. */
  pause?: number;
}

/** The snapshot may be removed meanwhile: its memory and state are open, and its disks are held where it has some. */
export async function withSnapshot<T>(
  home: Home,
  name: string,
  snapshot: string,
  make: (instant: Instant) => Promise<T>,
): Promise<T> {
  const found = findSnapshot(home, name, snapshot);
  try {
    return await opened(found, make);
  } catch (error) {
    if (isVivariumError(error, 'resume-failed')) throw broken(found, error.details.said);
    const lacking = errnoOf(error) === 'ENOENT' || isVivariumError(error, 'snapshot-broken');
    throw lacking && !existsSync(found.directory) ? beingRemoved(found) : error;
  }
}

async function opened<T>(found: Snapshot, make: (instant: Instant) => Promise<T>): Promise<T> {
  const { directory } = found;
  const saved = readSnapshot(found);
  using held = saved.disks.length > 0 ? await lock(directory, { wait: 0, shared: true }) : undefined;
  if (saved.disks.length > 0 && !held?.current()) throw beingRemoved(found);
  checkDisks(found, saved);
  using state = openFile(join(directory, savedFiles.state));
  using memory = openFile(join(directory, savedFiles.memory));
  return await make({ saved, directory, state: state.path, memory: memory.path });
}

const beingRemoved = ({ machine: { name } }: Snapshot) =>
  new VivariumError('machine-busy', { name, by: 'somebody who removes its snapshot' });

/** What is saved for it is nobody's but the forks', and gone when they have it. */
export async function withPresent<T>(
  scope: Scope,
  source: Machine,
  make: (instant: Instant) => Promise<T>,
): Promise<T> {
  return await locked(source, 'machine.fork', async (status, held) => {
    await using undo = new Undo();
    const directory = temporaryName(source.directory);
    undo.push(() => rmSync(directory, { recursive: true, force: true }));
    mkdirSync(directory, { mode: 0o700 });
    copyBelongings(source, join(directory, snapshotFiles.belongings));
    using memory = passingMemory(source.home.directory, await memoryTaken(source, status.pid ?? 0));
    scope.step(`Saving ${source.name}`);
    const { saved, pause } = await capture(scope, source, status, held, { directory, memory: memory.path });
    const state = join(directory, savedFiles.state);
    return await make({ saved, directory, state, memory: memory.path, pause });
  });
}

/** At most what QEMU has its guest's memory take now. */
async function memoryTaken(machine: Machine, pid: number): Promise<number> {
  const bytes = readSpec(machine)?.memory ?? 0;
  const file = openMemoryOf(pid, bytes);
  return file === undefined ? bytes : statSync(file).blocks * 512;
}
