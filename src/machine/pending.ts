import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { fileOf, machineFiles } from './files.ts';
import { hiddenPlace } from './hidden-place.ts';
import type { Machine } from './machine.ts';

/**
 * Files that are to take the place of a machine's own, all or none: they come together under a hidden name, are
 * announced by one rename, and are then moved one by one. Who comes after a killed command moves what it left.
 * @param ready is done when nothing is missing any more
 */
export async function announce(
  machine: Machine,
  fill: (directory: string) => Promise<void>,
  ready: () => Promise<void> = async () => {},
): Promise<void> {
  const pending = fileOf(machine, 'pending');
  const draft = hiddenPlace(machine, machineFiles.pending);
  mkdirSync(draft, { mode: 0o700 });
  try {
    await fill(draft);
    crashPoint('pending: filled');
    await ready();
    renameSync(draft, pending);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  syncDirectory(machine.directory);
  crashPoint('pending: announced');
}

/** Moves what was announced to its place. */
export function settle(machine: Machine): void {
  const pending = fileOf(machine, 'pending');
  if (!existsSync(pending)) return;
  for (const name of readdirSync(pending)) {
    const place = join(machine.directory, name);
    if (existsSync(join(pending, name, '.'))) rmSync(place, { recursive: true, force: true }); // a directory is not replaced
    renameSync(join(pending, name), place);
    crashPoint('pending: moved');
  }
  rmdirSync(pending);
  syncDirectory(machine.directory);
}

/** Takes back what was announced, before any of it was moved. */
export function withdraw(machine: Machine): void {
  rmSync(fileOf(machine, 'pending'), { recursive: true, force: true });
}
