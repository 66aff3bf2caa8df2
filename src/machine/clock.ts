import { errnoOf, isVivariumError } from '../base/errors.ts';
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
 * agent listens it is over at once, and where one does not answer, with a warning, soon.
 * @param hurry a sign of the agent that it reads is enough: for a fork among many
 */
export async function setClock(scope: Scope, machine: Machine, { hurry = false } = {}): Promise<void> {
  if (!exists(fileOf(machine, 'agent'))) return;
  const brief = scope.within(patience);
  try {
    if (!(await agentListens(brief, machine))) return;
    if (hurry) await sendTime(brief, machine);
    else await withAgent(brief, machine, tellTime);
  } catch (error) {
    if (!isVivariumError(error) && !(error instanceof AgentRefusal) && errnoOf(error) === undefined)
      throw error;
    scope.check();
    scope.warn(`The clock of ${machine.name} may be slow: ${(error as Error).message}`);
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

/** Nobody can have been at the agent of a QEMU that has just been started. */
async function sendTime(scope: Scope, machine: Machine): Promise<void> {
  const command = { execute: 'guest-exec', arguments: { path: '/bin/sh', arg: ['-c', setDateNow()] } };
  const socket = await connectUnix(fileOf(machine, 'agent'));
  socket.setTimeout(scope.left);
  const sign = new Promise((resolve) => {
    for (const event of ['data', 'timeout', 'close']) socket.once(event, resolve);
  });
  // 0xFF has an agent forget what was half said to it before (QEMU's docs/interop/qemu-ga-ref).
  socket.write(Buffer.concat([Buffer.of(0xff), Buffer.from(`${JSON.stringify(command)}\n`)]));
  await sign;
  socket.destroy();
}
