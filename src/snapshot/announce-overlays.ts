import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import type { Undo } from '../base/undo.ts';
import { crashPoint } from '../host/crash-point.ts';
import { nodeOnTop } from '../machine/disk-on-top.ts';
import { diskPath, listDisks } from '../machine/disks.ts';
import { finishPending } from '../machine/finish-pending.ts';
import { asLayer, freeingLayers, layerReference, layersOf, newLayer } from '../machine/layers.ts';
import type { Machine } from '../machine/machine.ts';
import { announce } from '../machine/pending.ts';
import type { Saved } from '../machine/saved.ts';
import type { NewOverlay } from '../qemu/block-overlay.ts';
import { diskDevice } from '../qemu/devices/disk.ts';
import { createDisk } from '../qemu/disk-image.ts';
import type { Qmp } from '../qemu/qmp.ts';

export interface Overlay extends NewOverlay {
  /** The name that it has among the layers. */
  layer: string;
  /** What lies below it, and is kept. */
  disk: Saved['disks'][number];
}

/**
 * Makes the overlays that the disks of a machine which runs are to have, so that what they hold now is kept, and
 * announces them as its disks (see ../machine/pending.ts).
 * @param undo is told how to take that back
 * @throws `save-unfit` where QEMU writes to another file
 */
export async function announceOverlays(
  scope: Scope,
  machine: Machine,
  qmp: Qmp,
  undo: Undo,
): Promise<Overlay[]> {
  const { home, name } = machine;
  const overlays: Overlay[] = [];
  for (const { number, file, format, readonly, size = 0 } of listDisks(machine)) {
    if (readonly) continue;
    const path = diskPath(machine, { file });
    if (!(await nodeOnTop(qmp, machine, number, path))) {
      const next = `Start it again: vm restart ${name}`;
      throw new VivariumError('save-unfit', {
        name,
        what: file,
        problem: 'is not the file that QEMU writes to',
        next,
      });
    }
    const [layer, overlay] = [asLayer(home, path), newLayer('.qcow2')];
    overlays.push({
      device: diskDevice(number),
      node: `disk${number}-${overlay.slice(0, 8)}`,
      file: layerReference(overlay),
      layer: overlay,
      disk: { number, file, layer, format, size },
    });
  }
  if (overlays.length === 0) return [];
  undo.push(() => freeingLayers(home, async () => {}));
  undo.push(() => finishPending(machine, true)); // QEMU may have switched to them although we were not told any more
  await announce(machine, async (pending) => {
    for (const { layer, disk } of overlays) {
      const { file, format, size } = disk;
      await createDisk(scope, join(pending, file), size, { file: layerReference(disk.layer), format });
      // A layer only now: one that had no other name would be taken for one that nobody needs.
      linkSync(join(pending, file), join(layersOf(home), layer));
    }
  });
  crashPoint('save: announced');
  return overlays;
}
