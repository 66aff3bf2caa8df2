import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { agentListens, withAgent } from '../machine/agent.ts';
import { fileOf } from '../machine/files.ts';
import { runShell } from '../machine/guest-run.ts';
import { exists, type Machine } from '../machine/machine.ts';
import { AgentRefusal, type GuestAgent } from '../qemu/guest-agent.ts';

/** Milliseconds that a guest which has just gone on may take. */
const patience = 3000;

/** Not every `date` knows parts of a second. */
const setDate = 'date -u -s "@$1.$2" || date -u -s "@$1"';

/**
 * Tells a guest that has gone on from a snapshot the time: its clock stood still meanwhile. Never fails. Where no
 * agent listens it is over at once, and where one does not answer, with a warning, soon.
 */
export async function setClock(scope: Scope, machine: Machine): Promise<void> {
  if (!exists(fileOf(machine, 'agent'))) return;
  const brief = scope.within(patience);
  try {
    if (await agentListens(brief, machine)) await withAgent(brief, machine, tellTime);
  } catch (error) {
    if (!isVivariumError(error) && !(error instanceof AgentRefusal)) throw error;
    scope.check();
    scope.warn(`The clock of ${machine.name} may be slow: ${error.message}`);
  }
}

/**
 * By a command where the agent runs some: after `guest-set-time`, qemu-ga writes the hardware clock as well (hwclock),
 * which takes it up to five seconds, and nobody else can talk to it meanwhile.
 */
async function tellTime(agent: GuestAgent): Promise<void> {
  const now = Date.now();
  const [seconds, parts] = [Math.floor(now / 1000), String(now % 1000).padStart(3, '0')];
  const end = await runShell(agent, setDate, [String(seconds), parts]).catch((error: unknown) => {
    if (error instanceof AgentRefusal) return undefined;
    throw error;
  });
  if (end?.code !== 0) await agent.execute('guest-set-time', { time: Date.now() * 1e6 }, { patience });
}
