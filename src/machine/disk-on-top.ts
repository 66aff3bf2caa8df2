import { join } from 'node:path';
import { isSameFile } from '../host/same-file.ts';
import { topNode } from '../qemu/block-overlay.ts';
import { diskDevice } from '../qemu/devices/disk.ts';
import type { Qmp } from '../qemu/qmp.ts';
import type { Machine } from './machine.ts';

/** QEMU's node of a machine's disk, if the file is what it writes to for it: machine.yaml may have been edited since. */
export async function nodeOnTop(
  qmp: Qmp,
  machine: Machine,
  number: number,
  path: string,
): Promise<string | undefined> {
  const top = await topNode(qmp, diskDevice(number));
  return top && isSameFile(join(machine.directory, top.file), path) ? top.node : undefined;
}
