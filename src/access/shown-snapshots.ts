import type { SnapshotDetail, SnapshotView } from '../protocol/views.ts';
import { pick } from './pick.ts';
import { ownFile, reasonOf } from './shown-machines.ts';
import type { View } from './view.ts';

export function snapshotView(snapshot: SnapshotView, { machine, veil }: View): SnapshotView {
  return {
    ...pick(snapshot, 'machine', 'name', 'state', 'made', 'memory', 'bytes', 'disks', 'pause'),
    ...reasonOf(snapshot, veil.host),
    usedBy: snapshot.usedBy.filter((it) => machine(it.split('@')[0] as string)),
  };
}

export function snapshotDetail(snapshot: SnapshotDetail, view: View): SnapshotDetail {
  const { needs, layers } = snapshot;
  return {
    ...snapshotView(snapshot, view),
    ...(needs && { needs: { ...pick(needs, 'qemu', 'machine', 'accelerator'), argv: [] } }),
    directory: '',
    layers: layers.map((it) => ({
      ...pick(it, 'number', 'size', 'allocated'),
      file: ownFile(it.file),
      path: '',
      below: [],
    })),
  };
}
