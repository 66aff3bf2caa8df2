import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { exactSize, parseSize } from '../base/sizes.ts';
import type { DiskView } from '../protocol/views.ts';
import { declaredEnd } from '../qemu/declared-size.ts';
import { dataEnd, readHead, resizeDisk as resizeFile } from '../qemu/disk-image.ts';
import { QmpRefusal } from '../qemu/qmp.ts';
import { converse } from './ask.ts';
import { nodeOnTop } from './disk-on-top.ts';
import { diskPath, findDisk } from './disks.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';

/** What a guest's disk consists of. */
const sector = 512;

/**
 * Gives a disk another size: a larger one at any time, a smaller one while the machine is stopped and as far as
 * nothing was ever written there.
 * @param change `40G`, or `+10G`
 * @throws `machine-state`, `disk-not-found`, `disk-unfit`, `disk-holds-data`, `disk-full`, `qmp-failed`
 */
export async function resizeDisk(
  scope: Scope,
  machine: Machine,
  disk: string | undefined,
  change: string,
): Promise<DiskView> {
  return await locked(machine, 'disk.resize', async (status) => {
    const found = findDisk(machine, disk ?? '0');
    const { file, size, readonly } = found;
    const unfit = (problem: string) =>
      new VivariumError('disk-unfit', { name: machine.name, disk: file, problem });
    if (size === undefined) throw unfit(`cannot be read as ${found.format}, or is not there`);
    if (readonly) throw unfit('is read-only, as machine.yaml has it');
    const more = change.startsWith('+');
    const bytes = (parseSize(change.replace('+', '')) as number) + (more ? size : 0);
    if (bytes % sector !== 0) throw unfit(`cannot have ${bytes} bytes: sizes are multiples of ${sector}`);
    if (status.pid !== undefined) {
      if (bytes < size) {
        const { name } = machine;
        const next = `Stop it first: vm stop ${name}`;
        throw new VivariumError('machine-state', {
          name,
          state: status.state,
          verb: 'given a smaller disk',
          next,
        });
      }
      if (bytes !== size) await resizeOnline(scope, machine, found, bytes);
    } else if (bytes !== size) {
      await resizeOffline(scope, machine, found, bytes);
    }
    return findDisk(machine, String(found.number));
  });
}

async function resizeOffline(scope: Scope, machine: Machine, disk: DiskView, bytes: number): Promise<void> {
  const path = diskPath(machine, disk);
  if (bytes < (disk.size as number)) {
    const head = await readHead(scope, path, disk.format, 2 ** 17);
    const end = Math.min(
      disk.size as number,
      Math.max(await dataEnd(scope, path, disk.format), declaredEnd(head)),
    );
    if (end > bytes) {
      throw new VivariumError('disk-holds-data', {
        name: machine.name,
        disk: disk.file,
        size: exactSize(bytes),
        needs: exactSize(end),
      });
    }
  }
  await resizeFile(scope, path, bytes, disk.format);
}

/** QEMU grows the disk, and tells the guest. */
async function resizeOnline(scope: Scope, machine: Machine, disk: DiskView, bytes: number): Promise<void> {
  await converse(scope, machine, 'engine', 'block_resize', async (qmp) => {
    const node = await nodeOnTop(qmp, machine, disk.number, diskPath(machine, disk));
    if (node === undefined)
      throw new QmpRefusal('DeviceNotFound', `it runs without the disk ${disk.file}; restart it first`);
    await qmp.execute('block_resize', { 'node-name': node, size: bytes });
  });
}
