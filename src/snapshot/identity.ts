import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { requireAgent, withAgent } from '../machine/agent.ts';
import { fileOf } from '../machine/files.ts';
import { runShell } from '../machine/guest-run.ts';
import { runGuestScript } from '../machine/guest-script.ts';
import { hostNameOf } from '../machine/host-name.ts';
import type { Machine } from '../machine/machine.ts';
import { AgentRefusal } from '../qemu/guest-agent.ts';

/**
 * Makes sure that a fork of a running machine could be given an identity of its own.
 * @throws `agent-missing`, also where the agent is not allowed to run commands
 */
export async function requireIdentity(scope: Scope, machine: Machine): Promise<void> {
  await requireAgent(scope, machine);
  try {
    await withAgent(scope, machine, (agent) => runShell(agent, ':', []));
  } catch (error) {
    if (!(error instanceof AgentRefusal)) throw error;
    const reason = `it runs no commands (${error.message})`;
    throw new VivariumError('agent-missing', { name: machine.name, reason }, { cause: error });
  }
}

/**
 * Gives a fork that runs what is a machine's own: the host name, the machine-id and the ssh host keys, of what its
 * guest has (guest/fork/identity.sh). Another host key is taken for the right one from then on.
 * @throws `agent-missing`, `agent-failed`
 */
export async function giveIdentity(scope: Scope, machine: Machine): Promise<void> {
  const { name } = machine;
  scope.step(`Giving ${name} an identity of its own`);
  const id = randomUUID().replaceAll('-', '');
  const { code, lines, error } = await runGuestScript(scope, machine, 'identity', [hostNameOf(machine), id]);
  if (lines.includes('ssh-host-keys')) rmSync(fileOf(machine, 'sshKnownHosts'), { force: true });
  if (code !== 0) throw new VivariumError('agent-failed', { name, said: error });
}
