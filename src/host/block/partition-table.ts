import { isVivariumError } from '../../base/errors.ts';
import { awaiting, type Scope } from '../../base/scope.ts';
import { findTool } from '../find-tool.ts';
import { runTool } from '../run-tool.ts';

/** Milliseconds that whoever looks at a device just written (udev does) may take. */
const patience = 3000;

/** Has the kernel read a disk's partition table again, which only root may have done. @returns whether it has */
export async function readTableAgain(scope: Scope, path: string): Promise<boolean> {
  const blockdev = findTool('blockdev');
  if (!blockdev || process.getuid?.() !== 0) return false;
  const attempt = async (): Promise<true | undefined> => {
    try {
      await runTool(scope, blockdev, ['--rereadpt', path], { doing: `Reading the partitions of ${path}` });
      return true;
    } catch (error) {
      if (isVivariumError(error, 'command-failed')) return undefined;
      throw error;
    }
  };
  try {
    return await scope.until(attempt, awaiting(`the partitions of ${path}`), {
      within: patience,
      every: 200,
    });
  } catch (error) {
    if (isVivariumError(error, 'timeout') || isVivariumError(error, 'interrupted')) return false;
    throw error;
  }
}
