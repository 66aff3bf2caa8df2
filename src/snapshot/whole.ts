import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { digestFile } from '../host/digest.ts';
import { belowDisk, layersOf } from '../machine/layers.ts';
import { type Saved, savedFiles } from '../machine/saved.ts';
import type { Snapshot } from './snapshot.ts';

/** What can be seen of a snapshot in no time, before anything is given up for it. */

/** All files of its disks are there. @throws `snapshot-broken` */
export function checkDisks(snapshot: Snapshot, { disks }: Saved): void {
  for (const { layer, file } of disks) chainOf(snapshot, layer, file);
}

/** The devices' state is what was saved. @throws `snapshot-broken` */
export async function checkState(scope: Scope, snapshot: Snapshot, digests: Saved['digests']): Promise<void> {
  const state = join(snapshot.directory, savedFiles.state);
  if (digests && (await digestFile(scope, state, 'sha256')).hex !== digests.state)
    throw broken(snapshot, 'its file state is not what was saved');
}

/** The files of a frozen disk, from that down to what has nothing below it. @throws `snapshot-broken` */
export function chainOf(snapshot: Snapshot, layer: string, disk: string): string[] {
  const { home } = snapshot.machine;
  const chain: string[] = [];
  for (let at: string | undefined = join(layersOf(home), layer); at !== undefined; at = belowDisk(home, at)) {
    if (!existsSync(at)) throw broken(snapshot, `of its disk ${disk} the part ${at} is not there`);
    if (chain.includes(at)) throw broken(snapshot, `its disk ${disk} lies on itself`);
    chain.push(at);
  }
  return chain;
}

export function broken({ machine, name }: Snapshot, problem: string): VivariumError {
  return new VivariumError('snapshot-broken', { name: machine.name, snapshot: name, problem });
}
