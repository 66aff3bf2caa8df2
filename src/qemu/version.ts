import type { Scope } from '../base/scope.ts';
import { runTool } from '../host/run-tool.ts';

/** The version of a QEMU, such as 10.0.2; undefined where it does not say. @throws `command-failed` */
export async function qemuVersion(scope: Scope, binary: string): Promise<string | undefined> {
  const { stdout } = await runTool(scope, binary, ['--version'], { doing: 'Asking QEMU for its version' });
  return /version (\S+)/.exec(stdout.toString())?.[1];
}
