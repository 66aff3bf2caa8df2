import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { lock } from '../host/lock.ts';
import { isSameFile } from '../host/same-file.ts';
import { openFiles } from '../qemu/block-overlay.ts';
import { converse } from './ask.ts';
import { fileOf } from './files.ts';
import { freeingLayers } from './layers.ts';
import { isLiving, readLife } from './life.ts';
import type { Machine } from './machine.ts';
import { settle, withdraw } from './pending.ts';

/** Milliseconds for a QEMU to tell what it writes to. */
const patience = 5000;

/**
 * Brings to an end what a command that was killed had announced: it is settled, unless a QEMU runs that has never got
 * to open it.
 * @param locked the caller holds the machine's lock; else nothing is done where another does
 */
export async function finishPending(machine: Machine, locked: boolean): Promise<void> {
  using free = locked ? undefined : await lock(machine.directory, { wait: 0 });
  if ((!locked && !free) || !existsSync(fileOf(machine, 'pending'))) return;
  try {
    const end = (await isInUse(machine)) ? settle : withdraw;
    await freeingLayers(machine.home, async () => end(machine));
  } catch (error) {
    if (!(error instanceof VivariumError)) throw error;
    // a QEMU that is too busy to answer is asked the next time
  }
}

/** Whether no QEMU runs, or one that has any of the files open. */
async function isInUse(machine: Machine): Promise<boolean> {
  const life = readLife(machine);
  if (!isLiving(machine, life) || life.word !== 'running') return true;
  const scope = new Scope({ timeout: patience });
  const open = await converse(scope, machine, 'engine', 'query-named-block-nodes', openFiles);
  const pending = fileOf(machine, 'pending');
  return readdirSync(pending).some((name) =>
    open.some((file) => isSameFile(resolve(machine.directory, file), join(pending, name))),
  );
}
