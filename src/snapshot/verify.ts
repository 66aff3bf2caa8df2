import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { machineFiles } from '../machine/files.ts';
import { type Saved, savedFiles } from '../machine/saved.ts';
import { parseSpec } from '../machine/spec-file.ts';
import type { SnapshotVerification } from '../protocol/views.ts';
import { checkDisk } from '../qemu/disk-image.ts';
import { readQcow2 } from '../qemu/qcow2.ts';
import { digestMemory } from './memory.ts';
import { readSnapshot, type Snapshot, snapshotFiles } from './snapshot.ts';
import { broken, chainOf, checkState } from './whole.ts';

/**
 * Reads all of a snapshot: its state and memory are what they were, and each disk of its chains is there, fits the
 * one on top of it, and has no damage in its tables. Never throws because of the snapshot.
 */
export async function verifySnapshot(scope: Scope, snapshot: Snapshot): Promise<SnapshotVerification> {
  const { machine, name, directory } = snapshot;
  scope.step(`Reading ${machine.name}@${name}`);
  const problems: string[] = [];
  let files = 0;
  const look = async (what: () => Promise<number>) => {
    try {
      const seen = await what();
      files += seen;
    } catch (error) {
      scope.check();
      if (!(error instanceof VivariumError)) throw error;
      problems.push([error.message, ...saidBy(error)].join(' '));
    }
  };
  await look(async () => {
    const saved = readSnapshot(snapshot);
    const spec = join(directory, snapshotFiles.belongings, machineFiles.spec);
    if (!existsSync(spec)) throw broken(snapshot, 'its machine.yaml is not there');
    parseSpec(readFileSync(spec, 'utf8'), `${machine.name}@${name}/machine.yaml`);
    await look(() => verifyState(scope, snapshot, saved));
    for (const { layer, file } of saved.disks) await look(() => verifyChain(scope, snapshot, layer, file));
    return 2;
  });
  return { machine: machine.name, name, state: problems.length === 0 ? 'whole' : 'damaged', problems, files };
}

const saidBy = (error: VivariumError) => (isVivariumError(error, 'command-failed') ? error.details.said : []);

async function verifyState(scope: Scope, snapshot: Snapshot, { digests }: Saved): Promise<number> {
  await checkState(scope, snapshot, digests);
  const ram = join(snapshot.directory, savedFiles.memory);
  if (digests && (await digestMemory(scope, ram)) !== digests.memory)
    throw broken(snapshot, 'its file memory is not what was saved');
  return 2;
}

/** From the frozen disk down to what has nothing below it. @returns how many files that are */
async function verifyChain(scope: Scope, snapshot: Snapshot, layer: string, disk: string): Promise<number> {
  const chain = chainOf(snapshot, layer, disk);
  for (const path of chain) {
    if (readQcow2(path)) await checkDisk(scope, { file: path, format: 'qcow2' });
    else if (path.endsWith('.qcow2'))
      throw broken(snapshot, `of its disk ${disk} the part ${path} is no qcow2 any more`);
  }
  return chain.length;
}
