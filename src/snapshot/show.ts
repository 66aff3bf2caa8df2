import { join } from 'node:path';
import { diskUsage } from '../host/disk-usage.ts';
import { layersBelow, layersOf } from '../machine/layers.ts';
import type { SnapshotDetail } from '../protocol/views.ts';
import { readSnapshot, type Snapshot, viewSnapshot } from './snapshot.ts';

/** All about one snapshot. @throws `snapshot-broken` */
export function showSnapshot(snapshot: Snapshot): SnapshotDetail {
  const { home } = snapshot.machine;
  const { qemu, board, accelerator, argv, disks } = readSnapshot(snapshot);
  return {
    ...viewSnapshot(snapshot),
    directory: snapshot.directory,
    needs: { qemu, machine: board, accelerator, argv },
    layers: disks.map(({ number, file, layer, size }) => {
      const path = join(layersOf(home), layer);
      const below = layersBelow(home, path).map((it) => join(layersOf(home), it));
      return { number, file, path, below, size, allocated: diskUsage(path) };
    }),
  };
}
