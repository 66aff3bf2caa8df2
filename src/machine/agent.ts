import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type Lock, lock } from '../host/lock.ts';
import { AgentLost, AgentRefusal, GuestAgent } from '../qemu/guest-agent.ts';
import { converse } from './ask.ts';
import { fileOf } from './files.ts';
import { isLiving, readLife } from './life.ts';
import { exists, type Machine } from './machine.ts';

/** Milliseconds to wait for whoever talks to the agent now; they take turns. */
const patience = 30_000;

/** Milliseconds that an agent has to come into step: a guest that boots may be slow. */
const slowest = 10_000;

/**
 * Takes a turn at the guest agent: QEMU serves one client at a time, so that the commands of this host wait for each
 * other. A turn should be short.
 * @throws `agent-missing`, `agent-failed` (an AgentRefusal is left to the caller), `machine-busy`
 */
export async function withAgent<T>(
  scope: Scope,
  machine: Machine,
  talk: (agent: GuestAgent) => Promise<T>,
): Promise<T> {
  const { name } = machine;
  const channel = fileOf(machine, 'agent');
  const inTime = () =>
    scope.check(() => ({
      awaited: `the guest agent of ${name}`,
      lines: [],
      hint: `Look what the guest does: vm console ${name}`,
    }));
  using _ = await takeTurn(machine, dirname(channel), inTime);
  using agent = await GuestAgent.connect(channel);
  if (!agent) throw agentMissing(machine, 'the machine has no channel for one');
  const giveUp = () => agent.giveUp();
  scope.signal.addEventListener('abort', giveUp);
  try {
    await agent.sync(slowest).catch((error: unknown) => {
      throw scope.signal.aborted ? error : agentMissing(machine, (error as Error).message);
    });
    return await talk(agent);
  } catch (error) {
    if (!(error instanceof AgentLost)) throw error;
    inTime();
    const said = isLiving(machine, readLife(machine)) ? error.message : 'QEMU has ended';
    throw new VivariumError('agent-failed', { name, said }, { cause: error });
  } finally {
    scope.signal.removeEventListener('abort', giveUp);
  }
}

/** Waits a second at a time, so that whoever gives up need not wait for the others. @throws `machine-busy` */
async function takeTurn({ name }: Machine, path: string, inTime: () => void): Promise<Lock> {
  for (const end = performance.now() + patience; performance.now() < end; ) {
    const turn = await lock(path, { wait: 1000 });
    try {
      inTime();
    } catch (error) {
      turn?.[Symbol.dispose]();
      throw error;
    }
    if (turn) return turn;
  }
  throw new VivariumError('machine-busy', { name, by: 'others that talk to its guest agent' });
}

/** What a step at the agent came to: its result, or in how many milliseconds to look again. */
export type Turn<T> = { done: T } | { again: number };

/** Milliseconds after which a turn is left for others, and a pause that is long enough to do so. */
const longestTurn = 400;
const longPause = 100;

/** Takes a step again and again until it is done, in as many turns as that takes. */
export async function inTurns<T>(
  scope: Scope,
  machine: Machine,
  step: (agent: GuestAgent) => Promise<Turn<T>>,
): Promise<T> {
  for (;;) {
    const turn = await withAgent(scope, machine, async (agent) => {
      for (const end = performance.now() + longestTurn; ; ) {
        const turn = await step(agent);
        if ('done' in turn || turn.again > longPause || performance.now() > end) return turn;
        await rest(scope, turn.again);
      }
    });
    if ('done' in turn) return turn.done;
    await rest(scope, Math.max(turn.again, longPause / 4));
  }
}

/** Waits that long, or until the scope aborts. */
async function rest({ signal }: Scope, ms: number): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {}); // whoever goes on finds out that it is over
}

/** @throws `agent-missing` at once where nothing in the guest listens: no answer would tell it only late */
export async function requireAgent(scope: Scope, machine: Machine): Promise<void> {
  if (!exists(fileOf(machine, 'agent'))) throw agentMissing(machine, 'the machine has no channel for one');
  if (!(await agentListens(scope, machine))) throw agentMissing(machine, 'nothing in the guest listens');
}

/** Whether something in the guest has opened the agent's channel, as far as QEMU sees. */
export async function agentListens(scope: Scope, machine: Machine): Promise<boolean> {
  const channels = await converse(scope, machine, 'engine', 'query-chardev', (qmp) =>
    qmp.execute<{ label: string; 'frontend-open': boolean }[]>('query-chardev'),
  );
  return channels.some((it) => it.label === 'agent' && it['frontend-open']);
}

function agentMissing({ name }: Machine, reason: string): VivariumError {
  return new VivariumError('agent-missing', { name, reason });
}

/** What the agent refused as the error that leaves the engine; anything else as it is. */
export function asAgentFailed({ name }: Machine, error: unknown): unknown {
  if (!(error instanceof AgentRefusal)) return error;
  return new VivariumError('agent-failed', { name, said: error.message }, { cause: error });
}
