import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { TestHome } from './home.ts';

/** A vmd of the built `vm`, as its user starts it. */
export interface Vmd extends AsyncDisposable {
  pid: number;
  /** What it has said so far. */
  said(): string;
  /** Sends a signal and returns when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts vmd in a home where `vm` is installed. Returns when it serves. */
export async function startVmd(home: TestHome, ...args: string[]): Promise<Vmd> {
  const child = spawn(join(import.meta.dirname, '../../bin/vmd'), args, {
    env: home.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  await eventually(
    () => {
      if (gone()) throw new Error(`vmd has ended; it said: ${said}`);
      return said.includes('serves at');
    },
    () => `vmd to serve; it said: ${said}`,
  );
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    if (!gone()) await once(child, 'exit');
  };
  return {
    pid: child.pid as number,
    said: () => said,
    end,
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}
