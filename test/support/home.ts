import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { localEngine, Scope } from '../../src/index.ts';
import type { Engine } from '../../src/protocol/engine.ts';
import { sharedHome, testRoot } from './place.ts';
import { processesIn } from './processes.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds until it is killed and the test fails. */
  patience?: number;
}

/** A VMDIR of a test's own, gone with all its machines when the test leaves the block. */
export interface TestHome extends AsyncDisposable {
  vmdir: string;
  env: NodeJS.ProcessEnv;
  engine: Engine;
  /** Runs the built `vm`. */
  vm(...args: string[]): Promise<Ended>;
  run(options: RunOptions, ...args: string[]): Promise<Ended>;
  path(...parts: string[]): string;
}

export const builtVm = join(import.meta.dirname, '../../dist/vm.js');

/**
 * @param name a VMDIR of this name below the test's directory, where its length or letters matter
 * @param images `own` has none at first, and a cache of its own; `none` has none at first; `shared` has the tiny one, and
 * is not written to
 */
export function testHome(name = 'machines', images: 'shared' | 'own' | 'none' = 'shared'): TestHome {
  const directory = mkdtempSync(join(testRoot, 'home-'));
  const vmdir = join(directory, name);
  mkdirSync(vmdir, { recursive: true });
  if (images === 'shared' && existsSync(join(sharedHome, '.images')))
    symlinkSync(join(sharedHome, '.images'), join(vmdir, '.images'));
  const { VMCONF: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    VMDIR: vmdir,
    NO_COLOR: '1',
    XDG_CONFIG_HOME: join(directory, 'config'),
    ...(images === 'own' && { XDG_CACHE_HOME: join(directory, 'cache') }),
  };
  const engine = localEngine(env);
  const run: TestHome['run'] = (options, ...args) =>
    runVm(args, { ...options, env: { ...env, ...options.env } });
  return {
    vmdir,
    env,
    engine,
    run,
    vm: (...args) => run({}, ...args),
    path: (...parts) => join(vmdir, ...parts),
    [Symbol.asyncDispose]: async () => {
      const machines = await engine.machine.list({});
      await Promise.all(
        machines.map(({ name }) => engine.machine.kill({ name }, new Scope({ timeout: 20_000 }))),
      );
      const left = await lastOf(directory);
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      if (left.length > 0) throw new Error(`left running: ${left.map(({ command }) => command).join('; ')}`);
    },
  };
}

/** Who still works there when those that are on their way out have had their time: a log service reads to its end. */
async function lastOf(directory: string): Promise<ReturnType<typeof processesIn>> {
  const end = performance.now() + 5000;
  for (;;) {
    const left = processesIn(directory);
    if (left.length === 0 || performance.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function runVm(args: string[], { input, env, patience = 120_000 }: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtVm, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(`vm ${args.join(' ')} did not end within ${patience} ms; it said: ${stdout}${stderr}`),
      );
    }, patience);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
