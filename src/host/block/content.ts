import { isVivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { findTool } from '../find-tool.ts';
import { runTool } from '../run-tool.ts';
import type { BlockDevice } from './devices.ts';

/** What is on a disk, as far as it can be told. Sizes in bytes. */
export interface Content {
  /** The kind of its partition table: `gpt`, `dos`. */
  table?: string | undefined;
  /** Of a disk without partitions, or of an ISO, which has both. */
  fileSystem?: string | undefined;
  label?: string | undefined;
  parts: Part[];
}

interface Part {
  name: string;
  size: number;
  fileSystem?: string | undefined;
  label?: string | undefined;
}

/** The partitions of a disk as the kernel knows them. */
export function partsOf(disk: BlockDevice, devices: readonly BlockDevice[]): BlockDevice[] {
  return devices.filter(({ kind, whole }) => kind === 'partition' && whole === disk.name);
}

/** Reads what is on a disk, by blkid(8); without it only the partitions are known. */
export async function readContent(
  scope: Scope,
  disk: BlockDevice,
  devices: readonly BlockDevice[],
): Promise<Content> {
  const parts = await Promise.all(
    partsOf(disk, devices).map(async ({ name, path, size }): Promise<Part> => {
      const { table: _, ...what } = await probe(scope, path);
      return { name, size, ...what };
    }),
  );
  return { ...(await probe(scope, disk.path)), parts };
}

async function probe(scope: Scope, path: string): Promise<Omit<Content, 'parts'>> {
  const blkid = findTool('blkid');
  if (!blkid) return {};
  try {
    const options = { doing: `Reading what is on ${path}`, allow: [0, 2] }; // 2: nothing that it knows
    return parseProbe(
      (await runTool(scope, blkid, ['--probe', '--output', 'udev', path], options)).stdout.toString(),
    );
  } catch (error) {
    if (!isVivariumError(error, 'command-failed')) throw error;
    scope.warn(`What is on ${path} is not known: ${error.message}`);
    return {};
  }
}

/** What `blkid --probe --output udev` says of a device; in `_ENC` all but the plainest characters are `\xHH`. */
export function parseProbe(text: string): Omit<Content, 'parts'> {
  const said = new Map(text.split('\n').map((line) => splitOnce(line)));
  const label = said.get('ID_FS_LABEL_ENC') ?? said.get('ID_PART_ENTRY_NAME');
  return {
    table: said.get('ID_PART_TABLE_TYPE'),
    fileSystem: said.get('ID_FS_TYPE'),
    label: label?.replace(/(?:\\x[0-9a-f]{2})+/g, (bytes) =>
      Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString(),
    ),
  };
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
