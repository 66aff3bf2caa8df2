import type { Terminal } from '../protocol/views.ts';
import type { Command } from './command.ts';
import { note } from './output.ts';

/** Ctrl-], as telnet and virsh have it. */
const leaveKey = 0x1d;

/** Milliseconds of silence after the end of a pipe's input until the answer counts as complete. */
const silence = 1000;

/** Milliseconds of silence by which a guest shows that it waits for input, and how long that is waited for. */
const settled = 2500;
const patience = 60_000;

/** A command that sits at a machine's console or monitor, for as long as one likes. */
export function seat(what: 'console' | 'monitor'): Command {
  return {
    run: async ({ engine, values, scope }) => {
      const terminal = await engine.machine[what]({ name: values.name, ...values }, scope);
      await sit(terminal, `the ${what} of ${values.name}`);
      return undefined;
    },
  };
}

/** Connects this process's terminal, or its pipes, to a machine's, until one of the ends leaves. */
async function sit(terminal: Terminal, place: string): Promise<void> {
  try {
    await (process.stdin.isTTY ? sitAtTerminal(terminal, place) : talkThroughPipe(terminal));
  } finally {
    terminal.close();
    process.stdin.pause();
  }
}

async function sitAtTerminal(terminal: Terminal, place: string): Promise<void> {
  note(`At ${place}${terminal.canType ? '' : ', where somebody else types: you watch'}. Ctrl-] leaves.`);
  process.stdout.write(terminal.scrollback);
  await takeSeat(terminal);
  note('\r\nLeft.');
}

/** Passes on what is typed and what is said, until the terminal's user leaves or the machine does. */
export async function takeSeat(terminal: Terminal): Promise<'left' | 'ended'> {
  process.stdin.setRawMode(true);
  try {
    const leave = new Promise<void>((resolve) => {
      process.stdin.on('data', (typed: Buffer) => {
        const at = typed.indexOf(leaveKey);
        const ours = at < 0 ? typed : typed.subarray(0, at);
        if (ours.length > 0) terminal.write(ours).catch(() => {}); // QEMU is gone: the output ends as well
        if (at >= 0) resolve();
      });
      process.stdin.on('end', resolve);
    });
    return await Promise.race([
      leave.then(() => 'left' as const),
      copy(terminal.output).then(() => 'ended' as const),
    ]);
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.removeAllListeners('data').removeAllListeners('end').pause();
  }
}

/**
 * Sends all of standard input, and prints what is answered until it falls silent. A guest that boots would lose what
 * is typed, so that it is first waited for; what it prints until then is no answer.
 */
async function talkThroughPipe(terminal: Terminal): Promise<void> {
  let asked = false;
  let heard = performance.now() - terminal.idle;
  const answers = copy(terminal.output, () => {
    heard = performance.now();
    return asked;
  });
  const quiet = async (within: number, atMost = Number.POSITIVE_INFINITY) => {
    const end = performance.now() + atMost;
    for (
      let left = heard + within - performance.now();
      left > 0 && performance.now() < end;
      left = heard + within - performance.now()
    ) {
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  };
  const talk = async () => {
    await quiet(settled, patience);
    asked = true;
    for await (const chunk of process.stdin) await terminal.write(chunk as Buffer);
    heard = performance.now();
    await quiet(silence);
  };
  await Promise.race([talk(), answers]);
}

/** Writes to standard output what is wanted of it. */
export async function copy(
  output: AsyncIterable<Uint8Array>,
  wanted: () => boolean = () => true,
): Promise<void> {
  for await (const chunk of output) {
    if (!wanted() || process.stdout.write(chunk)) continue;
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}
