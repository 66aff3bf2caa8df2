import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, localEngine, Scope } from '../src/index.ts';
import { processesIn } from '../test/support/processes.ts';

export const root = join(import.meta.dirname, '..');

const ownNode = join(root, 'node_modules/node/bin/node');

/** The Node of both sides: ours runs with it, and `node -e 0` is it. */
export const node = existsSync(ownNode) ? ownNode : process.execPath;

/** The command line as it is shipped. */
export const vm = join(root, 'dist/vm.js');

/** Where downloads are kept from run to run. */
export const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');

/** Where the benchmarks work, and what they share. Leaves nothing behind when it is disposed. */
export interface Bench extends AsyncDisposable {
  /** For files of the benchmarks themselves; it can be reached by other users. */
  directory: string;
  vmdir: string;
  env: NodeJS.ProcessEnv;
  engine: Engine;
  /** Aborts when the run is interrupted. */
  signal: AbortSignal;
  /** How many rounds to do where a full run has `full`. */
  rounds(full: number): number;
  /** Tells people what is going on. */
  say(text: string): void;
  /** Runs a command of `vm` that no clock watches. */
  runVm(...args: string[]): string;
}

export function openBench(quick: boolean, signal: AbortSignal): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'vivarium-bench-'));
  chmodSync(directory, 0o711);
  const vmdir = join(directory, 'machines');
  mkdirSync(vmdir, { mode: 0o700 });
  const { VMCONF: _, ...inherited } = process.env;
  const env = { ...inherited, VMDIR: vmdir, XDG_CONFIG_HOME: join(directory, 'config'), NO_COLOR: '1' };
  const engine = localEngine(env);
  return {
    directory,
    vmdir,
    env,
    engine,
    signal,
    rounds: (full) => (quick ? Math.min(full, Math.max(3, Math.ceil(full / 5))) : full),
    say: (text) => process.stderr.write(`  ${text}\n`),
    runVm: (...args) => {
      const { status, stdout, stderr, error } = spawnSync(node, [vm, ...args], { env, encoding: 'utf8' });
      if (error) throw error;
      if (status !== 0) throw new Error(`vm ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    [Symbol.asyncDispose]: () => close(directory, engine),
  };
}

async function close(directory: string, engine: Engine): Promise<void> {
  const running = await engine.machine.list({ running: true });
  await Promise.all(running.map(({ name }) => engine.machine.kill({ name }, new Scope({ timeout: 30_000 }))));
  for (const end = performance.now() + 10_000; processesIn(directory).length > 0; ) {
    if (performance.now() > end) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const left = processesIn(directory);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  if (left.length > 0) throw new Error(`had to be killed: ${left.map(({ command }) => command).join('; ')}`);
}
