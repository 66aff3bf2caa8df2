import { existsSync, readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';
import type { TestHome } from './home.ts';
import { installVm } from './shown.ts';
import { startVmd } from './vmd.ts';

/** A vmd that is reached over TCP. */
export interface TestService extends AsyncDisposable {
  pid: number;
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
export async function startService(home: TestHome, at = 0): Promise<TestService> {
  if (!existsSync(home.path('..', 'bin'))) installVm(home);
  const vmd = await startVmd(home, '--listen', String(at));
  const port = await eventually(
    () => Number(/serves at http:\/\/127\.0\.0\.1:(\d+)/.exec(vmd.said())?.[1]) || undefined,
    () => `vmd to serve; it said:\n${vmd.said()}`,
  );
  const status = () => readFileSync(`/proc/${vmd.pid}/status`, 'utf8');
  return {
    pid: vmd.pid,
    port,
    url: `http://127.0.0.1:${port}`,
    said: () => vmd.said(),
    memory: () => Number(/VmRSS:\s+(\d+) kB/.exec(status())?.[1]) * 1024,
    kill: () => vmd.end('SIGKILL'),
    [Symbol.asyncDispose]: () => vmd[Symbol.asyncDispose](),
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
