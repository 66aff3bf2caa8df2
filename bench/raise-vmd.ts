import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Connection, connect } from '../src/remote/connect.ts';
import { type Bench, node, vm } from './bench.ts';

export interface Vmd extends AsyncDisposable {
  pid: number;
  /** Of its port, which ends with a slash; empty where it listens at none. */
  url: string;
  /** A connection of one's own. */
  connect(): Connection;
}

/** A vmd that serves the machines of the benchmarks, as a process of its own; asked to, at a port of this host, too. */
export async function raiseVmd(bench: Bench, { listens = false } = {}): Promise<Vmd> {
  const child = spawn(node, [vm, 'serve', ...(listens ? ['--listen', '0'] : [])], {
    env: bench.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (line.includes(listens ? 'serves at http' : 'serves at')) break;
  }
  if (child.exitCode !== null || !child.pid) throw new Error(`vmd did not come up: ${said.join('\n')}`);
  child.stderr.resume();
  return {
    pid: child.pid,
    url: /serves at (http:[^,]*)/.exec(said.at(-1) ?? '')?.[1] ?? '',
    connect: () => connect(`unix:${join(bench.vmdir, '.vmd/socket')}`),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
