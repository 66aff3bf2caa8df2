import type { Socket } from 'node:net';
import { join } from 'node:path';
import { errnoOf } from '../src/base/errors.ts';
import { connectUnix } from '../src/host/unix-socket.ts';
import type { Bench } from './bench.ts';

/** Milliseconds until a guest that does not answer counts as dead. */
const patience = 120_000;

/** Something that a guest's shell has to answer itself: the echo of the command does not hold the answer. */
export interface Question {
  command: string;
  answer: string;
}

const sum: Question = { command: 'echo answer=$((6*7))', answer: 'answer=42' };

/** Where a machine of ours has its console. */
export const consoleOf = (bench: Bench, name: string): string => join(bench.vmdir, name, 'supervise/console');

/**
 * Asks a guest's shell at its console, as soon as that can be reached.
 * @param socket of the console; it need not be there yet
 * @returns the instant at which the answer had come, as performance.now() has it
 */
export async function awaitAnswer(bench: Bench, socket: string, question = sum): Promise<number> {
  const end = performance.now() + patience;
  const console = await reach(bench, socket, end);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let said = '';
  const fail = () => reject(new Error(`no answer at ${socket}; there came:\n${said.slice(-2000)}`));
  const timer = setTimeout(fail, end - performance.now());
  console.on('close', fail).on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1');
    if (said.includes(question.answer)) resolve(performance.now());
  });
  console.write(`${question.command}\n`);
  bench.signal.addEventListener('abort', fail);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    bench.signal.removeEventListener('abort', fail);
    console.destroy();
  }
}

async function reach(bench: Bench, socket: string, end: number): Promise<Socket> {
  for (;;) {
    try {
      return await connectUnix(socket);
    } catch (error) {
      if (!['ENOENT', 'ECONNREFUSED'].includes(errnoOf(error) ?? '')) throw error;
    }
    bench.signal.throwIfAborted();
    if (performance.now() > end) throw new Error(`nobody listens at ${socket}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
