import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { runTool } from '../host/run-tool.ts';

/**
 * Makes an empty qcow2 disk of `bytes`, or one that is as what lies below it.
 * @param backing its name as the disk's directory sees it; it is not opened
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function createDisk(
  scope: Scope,
  file: string,
  bytes: number,
  backing?: { file: string; format: 'qcow2' | 'raw' },
): Promise<void> {
  const below = backing ? ['-u', '-b', backing.file, '-F', backing.format] : [];
  await qemuImg(scope, 'Making a disk', file, ['create', '-q', '-f', 'qcow2', ...below, file, String(bytes)]);
}

/** Gives a disk that nobody uses another size. A smaller one cuts off what lies behind: see `dataEnd`. */
export async function resizeDisk(
  scope: Scope,
  file: string,
  bytes: number,
  format: 'qcow2' | 'raw' = 'qcow2',
): Promise<void> {
  const args = ['resize', '-q', '-f', format, '--shrink', file, String(bytes)];
  await qemuImg(scope, 'Resizing a disk', file, args);
}

/** The byte behind the last one of a disk that was ever written, be it in the disk itself or in what lies below it. */
export async function dataEnd(scope: Scope, file: string, format: 'qcow2' | 'raw'): Promise<number> {
  const map = await qemuImg(scope, 'Looking for data', file, ['map', '--output=json', '-f', format, file]);
  const extents = JSON.parse(map) as { start: number; length: number; data: boolean }[];
  const last = extents.findLast(({ data }) => data);
  return last ? last.start + last.length : 0;
}

async function qemuImg(scope: Scope, doing: string, file: string, args: string[]): Promise<string> {
  try {
    return (await runTool(scope, 'qemu-img', args, { doing })).stdout.toString();
  } catch (error) {
    if (isVivariumError(error, 'command-failed') && /No space left/.test(error.details.said.join())) {
      throw new VivariumError('disk-full', { path: file, doing: doing.toLowerCase() }, { cause: error });
    }
    throw error;
  }
}
