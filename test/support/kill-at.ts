import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import type { CrashPoint } from '../../src/host/crash-point.ts';
import { builtVm, type TestHome } from './home.ts';

/** Runs the built `vm`, which has to be killed at a step. */
export async function killAt(home: TestHome, point: CrashPoint, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [builtVm, ...args], {
    cwd: home.vmdir,
    env: { ...home.env, VIVARIUM_CRASH_AT: point },
    stdio: 'ignore',
  });
  const [, signal] = await once(child, 'exit');
  expect(signal, `vm ${args.join(' ')} has to pass ${point}`).toBe('SIGKILL');
}
