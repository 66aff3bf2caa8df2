import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { imageBelow } from '../image/overlay.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import type { DiskView } from '../protocol/views.ts';
import { readQcow2 } from '../qemu/qcow2.ts';
import type { Machine } from './machine.ts';
import { readSpec } from './spec-file.ts';

/** The disks that machine.yaml names; a machine of runit-vm has those of its templates, of which nothing is known. */
export function listDisks(machine: Machine): DiskView[] {
  return (readSpec(machine)?.disks ?? []).map((disk, number) => viewDisk(machine, disk, number));
}

/** A disk by its number, or by its file as machine.yaml has it. @throws `disk-not-found` */
export function findDisk(machine: Machine, disk: string): DiskView {
  const disks = listDisks(machine);
  const found = disks.find(({ number, file }) => file === disk || String(number) === disk);
  if (found) return found;
  const available = disks.map(({ number, file }) => `${number} (${file})`);
  throw new VivariumError('disk-not-found', { name: machine.name, disk, available });
}

/** Where a disk's file is. */
export function diskPath(machine: Machine, { file }: Pick<DiskView, 'file'>): string {
  return resolve(machine.directory, file);
}

function viewDisk(machine: Machine, disk: MachineSpec['disks'][number], number: number): DiskView {
  return { number, ...disk, ...measure(diskPath(machine, disk), disk.format) };
}

/** Nothing where the file is missing, or is not of the format. */
function measure(path: string, format: DiskView['format']): Pick<DiskView, 'size' | 'allocated' | 'below'> {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file?.isFile()) return {};
  const allocated = file.blocks * 512; // stat(2) counts so, whatever blocks the file system has
  if (format === 'raw') return { size: file.size, allocated };
  const header = readQcow2(path);
  if (!header) return { allocated };
  const { size, backing } = header;
  return { size, allocated, ...(backing !== undefined && { below: imageBelow(backing) ?? backing }) };
}
