import { resolve } from 'node:path';
import { isVivariumError, VivariumError } from '../../base/errors.ts';
import type { Scope } from '../../base/scope.ts';
import { runTool, type ToolOptions, type ToolResult } from '../../host/run-tool.ts';

/** The drive that xorriso is to take for a file, whatever its name looks like. */
export const drive = (file: string): string => `stdio:${resolve(file)}`;

/**
 * Runs xorriso without anybody's start-up files, and with names taken as they are. What it calls a less important
 * part of its job (SORRY) may be left undone: of many media it cannot understand all.
 * @throws `tool-missing`, `disk-full`, `command-failed` and what `runTool` throws
 */
export async function xorriso(
  scope: Scope,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolResult> {
  const always = [
    '-no_rc',
    '-iso_rr_pattern',
    'off',
    '-disk_pattern',
    'off',
    '-return_with',
    'FAILURE',
    '32',
  ];
  try {
    return await runTool(scope, 'xorriso', [...always, ...args], options);
  } catch (error) {
    const { writes: path, doing } = options;
    // It looks for room before it begins to write.
    const full =
      isVivariumError(error, 'command-failed') && /exceeds free space/.test(error.details.said.join());
    if (!full || path === undefined) throw error;
    throw new VivariumError('disk-full', { path, doing: doing.replace(/^W/, 'w') }, { cause: error });
  }
}
