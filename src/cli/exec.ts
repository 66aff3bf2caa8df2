import { once } from 'node:events';
import type { Execution } from '../protocol/views.ts';
import type { Command } from './command.ts';

/** What a shell makes of a program that wrote to a closed pipe: 128 and SIGPIPE. */
const brokenPipe = 141;

const exec: Command = {
  run: async ({ engine, values, scope }) => {
    const { name, command, user, env, cwd } = values;
    const input = values.input ? process.stdin : undefined;
    const run = await engine.machine.spawn({ name, command, user, env, cwd, input }, scope);
    return (await passOn(run)) ? (await run.end).code : brokenPipe;
  },
};

export default exec;

/** @returns false where nobody wants the rest: then what runs in the guest is ended */
async function passOn({ output, end }: Execution): Promise<boolean> {
  let wanted = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', () => {
      wanted = false;
    });
  }
  for await (const { stream, bytes } of output) {
    if (!process[stream].write(bytes))
      await Promise.race([once(process[stream], 'drain'), end]).catch(() => {});
    if (!wanted) break;
  }
  if (!wanted) await end.catch(() => {}); // it was killed, which is no fault
  return wanted;
}
