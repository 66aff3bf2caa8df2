import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readSync } from 'node:fs';
import { awaitText } from './await-text.ts';
import type { Bench } from './bench.ts';
import { openPipe } from './pipe.ts';

export interface Awaited {
  program: string;
  args: readonly string[];
  /** The directory that it runs in. */
  cwd?: string;
  /** What it is to say; then it is told to end. */
  text: string;
}

/** @returns milliseconds from right before a program is spawned until a text comes out of its pipe */
export async function timeToText(bench: Bench, { program, args, cwd, text }: Awaited): Promise<number> {
  using pipe = openPipe(bench.directory);
  const buffer = Buffer.alloc(65_536);
  const began = performance.now();
  const child = spawn(program, args, { cwd, env: bench.env, stdio: ['ignore', pipe.input, pipe.input] });
  const ended = once(child, 'exit');
  const alive = () => child.exitCode === null && child.signalCode === null;
  const news = () => readNow(pipe.output, buffer);
  try {
    return (await awaitText(text, news, alive, bench.signal)) - began;
  } finally {
    child.kill('SIGTERM');
    while (alive()) {
      news(); // it could not end where nobody reads what it says
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10))]);
    }
  }
}

/** What a pipe holds now. */
function readNow(pipe: number, buffer: Buffer): string {
  try {
    return buffer.toString('latin1', 0, readSync(pipe, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw error;
  }
}
