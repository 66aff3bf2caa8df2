import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { runTool } from '../host/run-tool.ts';

/**
 * Makes an empty qcow2 disk of `bytes`.
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function createDisk(scope: Scope, file: string, bytes: number): Promise<void> {
  const args = ['create', '-q', '-f', 'qcow2', file, String(bytes)];
  await runTool(scope, 'qemu-img', args, { doing: 'Making a disk', writes: file });
}

/** What `qemu-img info --output=json` says of a disk, as far as it is used here. */
export interface DiskInfo {
  format: string;
  'backing-filename'?: string;
  'full-backing-filename'?: string;
  'backing-filename-format'?: string;
}

/** @throws `disk-busy` where a QEMU writes to it, `command-failed` where it is none of this format */
export async function diskInfo(scope: Scope, file: string, format?: string): Promise<DiskInfo> {
  const args = ['info', '--output=json', ...(format === undefined ? [] : ['-f', format]), file];
  try {
    const { stdout } = await runTool(scope, 'qemu-img', args, { doing: `Reading ${file}` });
    return JSON.parse(stdout.toString());
  } catch (error) {
    const said = isVivariumError(error, 'command-failed') ? error.details.said.join() : '';
    throw /Failed to get .* lock/.test(said)
      ? new VivariumError('disk-busy', { file }, { cause: error })
      : error;
  }
}

/**
 * Has the copy of an overlay find its backing file, which may be named relative to where the first lies.
 * @param info of the first
 */
export async function keepBacking(scope: Scope, copy: string, info: DiskInfo): Promise<void> {
  const backing = info['full-backing-filename'];
  if (backing === undefined || backing === info['backing-filename']) return;
  const format = info['backing-filename-format'] ?? (await diskInfo(scope, backing)).format;
  const args = ['rebase', '-u', '-f', info.format, '-F', format, '-b', backing, copy];
  await runTool(scope, 'qemu-img', args, { doing: `Naming the backing file of ${copy}` });
}
