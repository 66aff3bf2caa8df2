import { once } from 'node:events';
import type { Execution } from '../protocol/views.ts';

/** What a shell makes of a program that wrote to a closed pipe: 128 and SIGPIPE. */
const brokenPipe = 141;

/**
 * Writes what a command in the guest writes. Where nobody wants the rest, what runs in the guest is ended.
 * @param begun is called when it has written something, or has ended
 * @returns the command's exit code
 */
export async function passOn({ output, end }: Execution, begun = () => {}): Promise<number> {
  let wanted = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', () => {
      wanted = false;
    });
  }
  for await (const { stream, bytes } of output) {
    begun();
    if (!process[stream].write(bytes))
      await Promise.race([once(process[stream], 'drain'), end]).catch(() => {});
    if (!wanted) break;
  }
  if (wanted) {
    const { code } = await end;
    begun();
    return code;
  }
  await end.catch(() => {}); // it was killed, which is no fault
  return brokenPipe;
}
