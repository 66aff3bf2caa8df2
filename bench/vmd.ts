import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Bench, node, vm } from './bench.ts';

/** A vmd of the benchmarks' own, as it is shipped. */
export interface Vmd extends AsyncDisposable {
  pid: number;
  socket: string;
  /** `127.0.0.1:8470`, where it was to listen. */
  address: string | undefined;
  /** Bytes of its resident memory. */
  memory(): number;
}

/** Starts it, and waits until it serves. */
export async function startVmd(bench: Bench, args: string[] = []): Promise<Vmd> {
  const vmd = spawn(node, [vm, 'serve', ...args], { env: bench.env, stdio: ['ignore', 'ignore', 'pipe'] });
  const pid = vmd.pid as number;
  const ended = once(vmd, 'exit');
  let socket: string | undefined;
  let address: string | undefined;
  const wanted = args.includes('--listen');
  for await (const line of createInterface(vmd.stderr)) {
    const [, place = ''] = /^vmd: serves at (\S+?)\/?(?:,|$)/.exec(line) ?? [];
    if (place.startsWith('/')) socket = place;
    if (place.startsWith('http://')) address = place.slice('http://'.length);
    if (socket && (address || !wanted)) break;
  }
  if (!socket) throw new Error('vmd did not serve');
  vmd.stderr.resume();
  return {
    pid,
    socket,
    address,
    memory: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
    [Symbol.asyncDispose]: async () => {
      vmd.kill();
      await ended;
    },
  };
}
