import { resolve } from 'node:path';
import type { Scope } from '../../base/scope.ts';
import { runTool, type ToolOptions, type ToolResult } from '../../host/run-tool.ts';

/** The drive that xorriso is to take for a file, whatever its name looks like. */
export const drive = (file: string): string => `stdio:${resolve(file)}`;

/**
 * Runs xorriso without anybody's start-up files, and with names taken as they are.
 * @throws `tool-missing`, `command-failed` and what `runTool` throws
 */
export function xorriso(scope: Scope, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  const always = ['-no_rc', '-iso_rr_pattern', 'off', '-disk_pattern', 'off'];
  return runTool(scope, 'xorriso', [...always, ...args], options);
}
