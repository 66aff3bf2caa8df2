import type { Qmp } from './qmp.ts';

/** A disk of a machine that runs: QEMU's id of the device, and the overlay that it is to write to from now on. */
export interface NewOverlay {
  device: string;
  /** A name that no node has. */
  node: string;
  /** As QEMU sees it. */
  file: string;
}

interface BlockNode {
  'node-name'?: string;
  file?: string;
}

interface BlockDevice {
  qdev?: string;
  inserted?: BlockNode;
}

/** The node on top of a device's disk: that which the guest writes to. */
export async function topNode(qmp: Qmp, device: string): Promise<{ node: string; file: string } | undefined> {
  const devices = await qmp.execute<BlockDevice[]>('query-block');
  const inserted = devices.find(({ qdev = '' }) => qdev.split('/').includes(device))?.inserted;
  if (inserted?.['node-name'] === undefined) return undefined;
  const node = inserted['node-name'];
  const own = await namedFile(qmp, fileNode(node));
  return { node, file: own ?? plainFile(inserted.file ?? '') };
}

/** The name that we give the node of an overlay's own file. */
const fileNode = (node: string): string => `${node}-file`;

/**
 * The file of a node that has one, by its name. Of what has others below it QEMU tells the whole as `json:…`, and cuts
 * that off after 4 KiB (PATH_MAX).
 */
async function namedFile(qmp: Qmp, name: string): Promise<string | undefined> {
  return (await namedNodes(qmp)).find((it) => it['node-name'] === name)?.file;
}

const namedNodes = (qmp: Qmp) => qmp.execute<BlockNode[]>('query-named-block-nodes', { flat: true });

/** All files that QEMU has open for its disks, as it sees them. */
export async function openFiles(qmp: Qmp): Promise<string[]> {
  const files = (await namedNodes(qmp)).map(({ file = '' }) => file);
  return files.filter((file) => file !== '' && !file.startsWith('json:'));
}

/** What QEMU tells of a disk that it has opened itself. */
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
      const options = { driver: 'file', 'node-name': fileNode(node), filename: file, discard: 'unmap' };
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
