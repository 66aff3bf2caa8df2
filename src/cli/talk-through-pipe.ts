import { StringDecoder } from 'node:string_decoder';
import { setTimeout } from 'node:timers/promises';
import { cutLines } from '../base/cut-lines.ts';
import { waitsAfter } from '../machine/prompt.ts';
import type { Terminal } from '../protocol/views.ts';
import { copy } from './copy-output.ts';

/** What is talked to: each shows in its own way that it waits for input. */
export type Listener = 'console' | 'monitor';

/** Milliseconds of silence behind a prompt until one that has just booted takes input, and until an answer is complete. */
const settled = 2500;
const complete = 1000;

/** The same where no prompt is to be seen: a guest may also be slow, and nobody types at all times. */
const unprompted = 10_000;

/** Milliseconds until input is sent to whom nothing silences. */
const patience = 60_000;

/** Milliseconds between two looks. */
const interval = 20;

/**
 * Sends all of standard input, and prints what is answered until there is a prompt again, and silence behind it. A guest
 * that boots would lose what is typed, so that it is first waited for; what it prints until then is no answer.
 */
export async function talkThroughPipe(terminal: Terminal, listener: Listener): Promise<void> {
  const prompt = promptWatch(listener);
  prompt.hear(terminal.scrollback);
  let asked = false;
  let heard = performance.now() - terminal.idle;
  const answers = copy(terminal.output, (chunk) => {
    heard = performance.now();
    prompt.hear(chunk);
    return asked;
  });
  const quiet = async (within: number, atMost = Number.POSITIVE_INFINITY) => {
    const end = performance.now() + atMost;
    const until = () => Math.min(end, heard + (prompt.waits() ? within : unprompted));
    while (performance.now() < until()) await setTimeout(interval);
  };
  const talk = async () => {
    await quiet(settled, patience);
    asked = true;
    for await (const chunk of process.stdin) {
      prompt.answered();
      await terminal.write(chunk as Buffer);
    }
    heard = performance.now();
    await quiet(complete);
  };
  await Promise.race([talk(), answers]);
}

/** Whether somebody waits, by what they have said. */
function promptWatch(listener: Listener) {
  const decoder = new StringDecoder('utf8');
  let waiting = false;
  let cut = cutLines();
  return {
    hear: (bytes: Uint8Array): void => {
      const said = cut(decoder.write(Buffer.from(bytes)));
      waiting =
        listener === 'console' ? waitsAfter(waiting, said) : said.at(-1)?.endsWith('(qemu) ') === true;
    },
    /** What they waited for has come. */
    answered: (): void => {
      waiting = false;
      cut = cutLines();
    },
    waits: () => waiting,
  };
}
