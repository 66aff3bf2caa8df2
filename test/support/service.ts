import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { TestHome } from './home.ts';

/** A vmd in a process of its own. */
export interface TestService extends AsyncDisposable {
  pid: number;
  /** Of its TCP address. */
  port: number;
  url: string;
  /** What it has written so far. */
  said(): string;
  /** Bytes of its resident memory. */
  memory(): number;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** Starts a vmd for a home, at a free port if none is named, and waits until it serves. */
export async function startService(home: TestHome, args: string[] = [], at = 0): Promise<TestService> {
  const program = join(import.meta.dirname, '../../src/cli/vm.ts');
  const vmd = spawn(process.execPath, [program, 'serve', '--listen', String(at), ...args], {
    env: home.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  vmd.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = once(vmd, 'exit');
  const port = await eventually(
    async () => {
      const [, found] = /serves at http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      return found === undefined ? undefined : Number(found);
    },
    () => `vmd to serve; it said:\n${said}`,
  );
  const pid = vmd.pid as number;
  const end = async (signal: NodeJS.Signals) => {
    vmd.kill(signal);
    await ended;
  };
  return {
    pid,
    port,
    url: `http://127.0.0.1:${port}`,
    said: () => said,
    memory: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

/** Makes a token and returns its secret. */
export async function newToken(
  home: TestHome,
  name: string,
  scope: 'read' | 'console' | 'control' | 'admin',
  more: { machines?: string[]; images?: string[]; maxMachines?: number } = {},
): Promise<string> {
  return (await home.engine.token.create({ name, scope, ...more })).secret;
}
