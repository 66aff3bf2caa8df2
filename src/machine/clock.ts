import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { connectUnix } from '../host/unix-socket.ts';
import { AgentRefusal, type GuestAgent } from '../qemu/guest-agent.ts';
import { agentListens, withAgent } from './agent.ts';
import { fileOf } from './files.ts';
import { runShell } from './guest-run.ts';
import { exists, type Machine } from './machine.ts';

/** Milliseconds that a guest which has just gone on may take, among many others that have. */
const patience = 10_000;

/** Not every `date` knows parts of a second. The tiny guest knows this command by its beginning (guest/tiny/etc/agent). */
const setDate = (seconds: number, parts: string) =>
  `date -u -s @${seconds}.${parts} || date -u -s @${seconds}`;

/**
 * Tells a guest that has gone on from a snapshot the time: its clock stood still meanwhile. Never fails. Where no
 * agent listens it is over at once, and where one does not answer, with a warning after `patience`.
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
  const end = await runShell(agent, setDateNow(), []).catch((error: unknown) => {
    if (error instanceof AgentRefusal) return undefined;
    throw error;
  });
  if (end?.code !== 0) await agent.execute('guest-set-time', { time: Date.now() * 1e6 }, { patience });
}

function setDateNow(): string {
  const now = Date.now();
  return setDate(Math.floor(now / 1000), String(now % 1000).padStart(3, '0'));
}

/**
 * The same for a fork that somebody is waiting for: whether its agent follows, and how soon, is not waited for. Nobody
 * can have been at the agent of a QEMU that has just been started.
 */
export async function sendClock(machine: Machine): Promise<void> {
  const path = fileOf(machine, 'agent');
  if (!exists(path)) return;
  const command = {
    execute: 'guest-exec',
    arguments: { path: '/bin/sh', arg: ['-c', setDateNow()] },
  };
  // 0xFF has an agent forget what was half said to it before (QEMU's docs/interop/qemu-ga-ref).
  const line = Buffer.concat([Buffer.of(0xff), Buffer.from(`${JSON.stringify(command)}\n`)]);
  const socket = await connectUnix(path);
  await new Promise<void>((resolve) => socket.once('close', resolve).end(line, () => socket.destroy()));
}
