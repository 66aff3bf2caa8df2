import { isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { runTool } from '../host/run-tool.ts';

/**
 * Makes an empty qcow2 disk of `bytes`.
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function createDisk(scope: Scope, file: string, bytes: number): Promise<void> {
  const args = ['create', '-q', '-f', 'qcow2', file, String(bytes)];
  try {
    await runTool(scope, 'qemu-img', args, { doing: 'Making a disk' });
  } catch (error) {
    if (isVivariumError(error, 'command-failed') && /No space left/.test(error.details.said.join())) {
      throw new VivariumError('disk-full', { path: file, doing: 'making a disk' }, { cause: error });
    }
    throw error;
  }
}
