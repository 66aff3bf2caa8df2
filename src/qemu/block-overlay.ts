import type { Qmp } from './qmp.ts';

/** A disk of a machine that runs: QEMU's id of the device, and the overlay that it is to write to from now on. */
export interface NewOverlay {
  device: string;
  /** A name that no node has. */
  node: string;
  /** As QEMU sees it. */
  file: string;
}

interface BlockDevice {
  qdev?: string;
  inserted?: { 'node-name'?: string; file?: string };
}

/** The node on top of a device's disk: that which the guest writes to. */
export async function topNode(qmp: Qmp, device: string): Promise<{ node: string; file: string } | undefined> {
  const devices = await qmp.execute<BlockDevice[]>('query-block');
  const inserted = devices.find(({ qdev = '' }) => qdev.split('/').includes(device))?.inserted;
  if (inserted?.['node-name'] === undefined) return undefined;
  return { node: inserted['node-name'], file: plainFile(inserted.file ?? '') };
}

/** Where something lies below a disk otherwise than its own header says, QEMU tells the whole of it as `json:…`. */
function plainFile(file: string): string {
  if (!file.startsWith('json:')) return file;
  const { file: own } = JSON.parse(file.slice('json:'.length)) as { file?: { filename?: string } };
  return own?.filename ?? '';
}

/**
 * Has devices write to overlays of what they have written to until now, all at one instant. QEMU opens the latter
 * anew for reading, by the name that it knows: that must lead to the same file as ever.
 * @throws QmpRefusal; nothing is changed then
 */
export async function putOverlays(qmp: Qmp, overlays: readonly NewOverlay[]): Promise<void> {
  const added: string[] = [];
  try {
    const actions = [];
    for (const { device, node, file } of overlays) {
      const below = await topNode(qmp, device);
      if (!below) throw new Error(`QEMU has no disk ${device}`);
      const options = { driver: 'file', filename: file, discard: 'unmap' };
      const overlay = { driver: 'qcow2', 'node-name': node, backing: null, discard: 'unmap', file: options };
      await qmp.execute('blockdev-add', overlay);
      added.push(node);
      actions.push({ type: 'blockdev-snapshot', data: { node: below.node, overlay: node } });
    }
    if (actions.length > 0) await qmp.execute('transaction', { actions });
  } catch (error) {
    for (const node of added) await qmp.execute('blockdev-del', { 'node-name': node }).catch(() => {});
    throw error;
  }
}
