import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { runTool } from './run-tool.ts';

/**
 * Copies a file or directory, with what its links point to; the copy is ours, holes stay holes, and blocks are
 * shared where the file system can.
 * @param link the first is to go: the very same files get another name where one file system holds both, and are
 * safe on the disk where not
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function copy(scope: Scope, from: string, to: string, { link = false } = {}): Promise<void> {
  const options = { doing: `Copying ${from}`, writes: to };
  const together = link && statSync(from).dev === statSync(dirname(to)).dev;
  const how = together ? ['--link'] : ['--no-preserve=ownership', '--reflink=auto', '--sparse=always'];
  await runTool(scope, 'cp', ['--archive', '--dereference', ...how, '--', from, to], options);
  if (link && !together) await runTool(scope, 'sync', ['--file-system', to], options);
}
