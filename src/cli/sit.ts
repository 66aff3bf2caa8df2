import type { Terminal } from '../protocol/views.ts';
import type { Command } from './command.ts';
import { copy } from './copy-output.ts';
import { note } from './output.ts';
import { type Listener, talkThroughPipe } from './talk-through-pipe.ts';

/** Ctrl-], as telnet and virsh have it. */
const leaveKey = 0x1d;

/** A command that sits at a machine's console or monitor, for as long as one likes. */
export function seat(what: Listener): Command {
  return {
    run: async ({ engine, values, scope }) => {
      const terminal = await engine.machine[what]({ name: values.name, ...values }, scope);
      await sit(terminal, what, String(values.name));
      return undefined;
    },
  };
}

/** Connects this process's terminal, or its pipes, to a machine's, until one of the ends leaves. */
async function sit(terminal: Terminal, what: Listener, name: string): Promise<void> {
  try {
    await (process.stdin.isTTY
      ? sitAtTerminal(terminal, `the ${what} of ${name}`)
      : talkThroughPipe(terminal, what));
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
