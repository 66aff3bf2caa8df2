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

/** Gives a qcow2 disk that nobody uses another size. A smaller one cuts off what lies behind. */
export async function resizeDisk(scope: Scope, file: string, bytes: number): Promise<void> {
  const args = ['resize', '-q', '-f', 'qcow2', '--shrink', file, String(bytes)];
  await qemuImg(scope, 'Resizing a disk', file, args);
}

async function qemuImg(scope: Scope, doing: string, file: string, args: string[]): Promise<void> {
  try {
    await runTool(scope, 'qemu-img', args, { doing });
  } catch (error) {
    if (isVivariumError(error, 'command-failed') && /No space left/.test(error.details.said.join())) {
      throw new VivariumError('disk-full', { path: file, doing: doing.toLowerCase() }, { cause: error });
    }
    throw error;
  }
}
