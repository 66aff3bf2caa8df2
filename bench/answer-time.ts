import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { awaitPrompt, logOf } from './await-prompt.ts';
import { type Bench, node, vm } from './bench.ts';
import { supervisorGone } from './boot-time.ts';
import { awaitAnswer, consoleOf, type Question } from './console-answer.ts';

/**
 * @param args of `vm`, which brings a machine up
 * @param name of that machine
 * @param ready resolves when its guest can be asked; right away if not said
 * @returns milliseconds from right before `vm` is spawned until the guest has answered at its console
 */
export async function timeToAnswer(
  bench: Bench,
  args: readonly string[],
  name: string,
  ready: () => Promise<void> = async () => {},
  question?: Question,
): Promise<number> {
  const began = performance.now();
  const child = spawn(node, [vm, ...args], { env: bench.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      said += bytes;
    });
  }
  const ended = once(child, 'close');
  const failed = ended.then(() => {
    if (child.exitCode !== 0) throw new Error(`vm ${args.join(' ')}: ${said}`);
    return new Promise<never>(() => {});
  });
  try {
    return (
      (await Promise.race([
        ready().then(() => awaitAnswer(bench, consoleOf(bench, name), question)),
        failed,
      ])) - began
    );
  } finally {
    await ended;
  }
}

/** The same, and removes the machine, which was made by it. */
export async function timeToForkAnswer(bench: Bench, from: string, question?: Question): Promise<number> {
  const name = 'forked';
  const took = await timeToAnswer(bench, ['fork', from, name], name, undefined, question);
  await bench.engine.machine.remove({ name, force: true });
  return took;
}

/** A cold boot of a machine that is stopped, and is stopped again afterwards. */
export async function timeToColdAnswer(bench: Bench, name: string): Promise<number> {
  const took = await timeToAnswer(bench, ['start', name], name, () =>
    awaitPrompt(bench, logOf(bench, name), 'end'),
  );
  bench.runVm('kill', name);
  await supervisorGone(join(bench.vmdir, name));
  return took;
}
