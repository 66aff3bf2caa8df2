import { readFileSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { packageFile } from '../host/package-files.ts';
import { asAgentFailed, withAgent } from './agent.ts';
import { runShell } from './guest-run.ts';
import type { Machine } from './machine.ts';

/** What a script has said, and how it has ended. */
export interface ScriptEnd {
  code: number;
  lines: string[];
  /** The last line of its errors. */
  error: string;
}

/** Runs one of guest/fork in a guest, by way of its agent. @throws `agent-missing`, `agent-failed`, `machine-busy` */
export async function runGuestScript(
  scope: Scope,
  machine: Machine,
  script: 'identity' | 'shares',
  args: readonly string[],
): Promise<ScriptEnd> {
  const text = readFileSync(packageFile(`guest/fork/${script}.sh`), 'utf8');
  const end = await withAgent(scope, machine, (agent) => runShell(agent, text, args)).catch((error) => {
    throw asAgentFailed(machine, error);
  });
  if (end.signal !== undefined) {
    throw new VivariumError('agent-failed', { name: machine.name, said: `${script}.sh was killed` });
  }
  const linesOf = (bytes: Buffer) =>
    bytes
      .toString()
      .split('\n')
      .filter((line) => line !== '');
  return { code: end.code ?? 0, lines: linesOf(end.stdout), error: linesOf(end.stderr).at(-1) ?? '' };
}
