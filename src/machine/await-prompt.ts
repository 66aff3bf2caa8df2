import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { processUsage } from '../host/process-usage.ts';
import { agentListens } from './agent.ts';
import { consoleLines } from './console-lines.ts';
import { lastWords, watchEnd } from './end-watch.ts';
import { fileOf } from './files.ts';
import { readLife } from './life.ts';
import { logEnd } from './log-file.ts';
import { exists, type Machine } from './machine.ts';
import { waitsAfter } from './prompt.ts';

/** Milliseconds for which a console has to be silent behind its prompt. */
const silence = 1000;

/** How much of one CPU a guest at rest takes at most, and milliseconds for which one behind its prompt may take more. */
const calm = 0.3;
const restless = 15_000;

/** Milliseconds behind the prompt for which its agent may still come up; not every guest has one. */
const agentPatience = 10_000;

/** Milliseconds between two looks. */
const interval = 50;

/** Milliseconds until a guest that is still not there counts as one that never will be. */
const patience = 300_000;

/**
 * Waits until a guest's console waits for somebody: it has shown a login or a prompt, has fallen silent behind it, and
 * the guest is at rest and listens to the host by its agent, if it has one.
 * @param hint what to do about one that does not
 * @throws `timeout` with what it said last; `machine-ended`
 */
export async function awaitPrompt(scope: Scope, machine: Machine, hint: string): Promise<void> {
  const stillRuns = watchEnd(machine);
  const news = consoleLines(machine);
  let end = { inode: 0, offset: 0 };
  let waits = false;
  /** Since when it waits, and since when it does so in silence. */
  let prompted = { at: 0, cpu: 0 };
  let quiet = prompted;
  const look = async () => {
    stillRuns();
    const [said, was, now] = [logEnd(machine), waits, { at: performance.now(), cpu: cpuOf(machine) }];
    waits = waitsAfter(was, news());
    if (!was) prompted = now;
    if (!was || said.inode !== end.inode || said.offset !== end.offset) quiet = now;
    end = said;
    if (!waits || now.at - quiet.at < silence) return undefined;
    const since = now.at - prompted.at;
    const busy = now.cpu - quiet.cpu > calm * (now.at - quiet.at);
    const atRest = !busy && (since > agentPatience || (await isHeard(scope, machine)));
    if (atRest || since > restless) return true;
    quiet = now;
    return undefined;
  };
  const awaited = `a prompt or login at the console of ${machine.name}, and silence behind it`;
  await scope.until(look, () => ({ awaited, lines: lastWords(machine), hint }), {
    within: patience,
    every: interval,
  });
}

/** Whether what the host says to the guest's agent arrives, as it does where the machine has no way to say anything. */
async function isHeard(scope: Scope, machine: Machine): Promise<boolean> {
  if (!exists(fileOf(machine, 'agent'))) return true;
  try {
    return await agentListens(scope, machine);
  } catch (error) {
    if (!isVivariumError(error)) throw error;
    return false; // not yet; whether QEMU has ended is looked at elsewhere
  }
}

/** Milliseconds of CPU that its QEMU has taken. */
function cpuOf(machine: Machine): number {
  const life = readLife(machine);
  return (life?.word === 'running' && processUsage(life.process)?.cpu) || 0;
}
