import { randomBytes } from 'node:crypto';
import type { Scope } from '../base/scope.ts';
import { AgentRefusal } from '../qemu/guest-agent.ts';
import { closeGuestFile, openGuestFile, writeGuestFile } from '../qemu/guest-commands.ts';
import { withAgent } from './agent.ts';
import { runShell } from './guest-run.ts';
import type { Machine } from './machine.ts';

export type Input = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Bytes that are written in one turn at the agent, and in one command. */
const turnful = 2 ** 20;
const piece = 2 ** 18;

/** Makes a directory of our own in the guest, where there is most room: a disk before memory. @returns its path @throws AgentRefusal */
export async function makeInputRoom(scope: Scope, machine: Machine): Promise<string> {
  const make = 'for in in /var/tmp /tmp /run; do mkdir -m 700 "$in/$1" && echo "$in/$1" && exit; done';
  const name = `vivarium-${randomBytes(12).toString('hex')}`;
  return await withAgent(scope, machine, async (agent) => {
    const { stdout } = await runShell(agent, make, [name]);
    if (stdout.length === 0)
      throw new AgentRefusal('the guest has no directory in which input could be kept');
    return stdout.toString().trimEnd();
  });
}

/** Writes a file of the guest by way of its agent, in turns with others. */
export async function writeInput(scope: Scope, machine: Machine, path: string, input: Input): Promise<void> {
  const file = await withAgent(scope, machine, (agent) => openGuestFile(agent, path, 'w'));
  const close = () => withAgent(scope, machine, (agent) => closeGuestFile(agent, file));
  try {
    for await (const block of blocksOf(input)) {
      await withAgent(scope, machine, async (agent) => {
        for (let at = 0; at < block.length; at += piece) {
          await writeGuestFile(agent, file, block.subarray(at, at + piece));
        }
      });
    }
  } catch (error) {
    await close().catch(() => {}); // a file that stays open would keep its space; the first error is the one to tell
    throw error;
  }
  await close();
}

/** The same bytes in blocks that are worth a turn. */
async function* blocksOf(input: Input): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const whole = typeof input === 'string' ? Buffer.from(input) : input;
  for await (const part of whole instanceof Uint8Array ? [whole] : whole) {
    parts.push(part);
    length += part.length;
    if (length < turnful) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts);
}
