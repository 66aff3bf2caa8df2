import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { agentListens } from './agent.ts';
import { agentCarrier, type Carrier, sshCarrier } from './carrier.ts';
import { lastWords, watchEnd } from './end-watch.ts';
import { checkState } from './locked.ts';
import type { Machine } from './machine.ts';
import { type Place, placeOfPort } from './ssh-forward.ts';
import { sshGreeting } from './ssh-greeting.ts';
import { statusOf } from './status.ts';

/** Milliseconds for a guest to be reachable. */
const patience = 120_000;

/** Milliseconds that a guest counts as booting: then its ssh server may come a little later than its agent. */
const booting = 120_000;
const later = 5000;

/** Milliseconds for an ssh server that says nothing: the agent is so much slower that a busy guest is waited for. */
const busy = 15_000;

/**
 * Carries something by ssh, or by the guest's agent where that is all there is.
 * @param act is called once more where ssh lets nobody in, before which it has done nothing
 */
export async function byBest<T>(
  scope: Scope,
  machine: Machine,
  user: string | undefined,
  act: (carrier: Carrier) => Promise<T>,
): Promise<T> {
  const status = await statusOf(machine);
  checkState(machine, 'machine.copy', status);
  const byAgent = () => act(agentCarrier(scope, machine, user));
  const place = await placeOfPort(scope, machine, 22).catch((error: unknown) => {
    if (isVivariumError(error, 'ssh-unreachable')) return undefined;
    throw error;
  });
  if (!place || !(await prefersSsh(scope, machine, place, (status.uptime ?? 0) < booting ? later : 0)))
    return await byAgent();
  try {
    return await act(sshCarrier(scope, machine, place, user));
  } catch (error) {
    if (!isRefusal(error) || !(await agentListens(scope, machine))) throw error;
    scope.warn(`${machine.name} lets nobody in by ssh; its agent copies, which is slower`);
    return await byAgent();
  }
}

/** Waits until there is a way. @param grace milliseconds for an ssh server to come where the agent is there */
async function prefersSsh(scope: Scope, machine: Machine, place: Place, grace: number): Promise<boolean> {
  const stillRuns = watchEnd(machine);
  let heard: number | undefined;
  let told = false;
  return await scope.until(
    async () => {
      stillRuns();
      const greeting = await sshGreeting(place, scope.left);
      if (greeting === 'greets') return true;
      if (!told) scope.step(`Waiting for ${machine.name} to be reachable`);
      told = true;
      heard ??= (await agentListens(scope, machine)) ? performance.now() : undefined;
      const enough = greeting === 'silent' ? busy : grace;
      return heard !== undefined && performance.now() - heard >= enough ? false : undefined;
    },
    () => ({
      awaited: `an ssh server or a guest agent in ${machine.name}`,
      lines: lastWords(machine),
      hint: `Look what it does: vm console ${machine.name}`,
    }),
    { within: patience, every: 100 },
  );
}

/** In the words of ssh: no key, no password. */
function isRefusal(error: unknown): boolean {
  if (!isVivariumError(error, 'copy-failed')) return false;
  return error.details.said.some((line) => /: Permission denied \(/.test(line));
}
