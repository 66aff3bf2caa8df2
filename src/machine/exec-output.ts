import type { PassThrough } from 'node:stream';
import type { GuestAgent } from '../qemu/guest-agent.ts';
import { readGuestFile, sizeOfGuestFile } from '../qemu/guest-commands.ts';
import { freeRead, type Run, signalRun, type Written } from './guest-run.ts';

/** Bytes to ask the agent for at a time. */
const piece = 2 ** 18;

/** Unread bytes at which what runs is halted, and those at which it goes on. */
const most = 16 * 2 ** 20;
const few = 2 * 2 ** 20;

/** Read bytes at which the guest gets their space back. */
const worthFreeing = 8 * 2 ** 20;

/**
 * Passes on a piece of what was written in the guest since. A reader that is slow, or a command that is quicker than
 * the agent, does not fill the guest: then the command is halted for a while.
 * @returns `full` where the reader has to take something first
 */
export async function drain(agent: GuestAgent, run: Run, to: PassThrough): Promise<'some' | 'none' | 'full'> {
  const full = to.writableNeedDrain;
  const pieces = full
    ? []
    : await Promise.all(run.outputs.map(({ file }) => readGuestFile(agent, file, piece)));
  for (const [index, bytes] of pieces.entries()) {
    const output = run.outputs[index] as Written;
    if (bytes.length === 0) continue;
    output.read += bytes.length;
    to.write({ stream: output.stream, bytes });
    if (output.read - output.freed > worthFreeing) await freeRead(agent, output);
  }
  if (full || run.halted || pieces.some(({ length }) => length >= piece)) await holdBack(agent, run);
  if (full) return 'full';
  return pieces.some(({ length }) => length > 0) ? 'some' : 'none';
}

async function holdBack(agent: GuestAgent, run: Run): Promise<void> {
  const sizes = await Promise.all(run.outputs.map(({ file, read }) => sizeOfGuestFile(agent, file, read)));
  const unread = run.outputs.reduce((sum, { read }, index) => sum + (sizes[index] ?? 0) - read, 0);
  if (run.halted ? unread > few : unread < most) return;
  run.halted = !run.halted;
  await signalRun(agent, run, run.halted ? 'STOP' : 'CONT');
}
