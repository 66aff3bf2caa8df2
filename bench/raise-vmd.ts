import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Connection, connect } from '../src/remote/connect.ts';
import { type Bench, node, vm } from './bench.ts';

export interface Vmd extends AsyncDisposable {
  pid: number;
  /** A connection of one's own. */
  connect(): Connection;
}

/** A vmd that serves the machines of the benchmarks, as a process of its own. */
export async function raiseVmd(bench: Bench): Promise<Vmd> {
  const child = spawn(node, [vm, 'serve'], { env: bench.env, stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (line.includes('serves at')) break;
  }
  if (child.exitCode !== null || !child.pid) throw new Error(`vmd did not come up: ${said.join('\n')}`);
  child.stderr.resume();
  return {
    pid: child.pid,
    connect: () => connect(`unix:${join(bench.vmdir, '.vmd/socket')}`),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
