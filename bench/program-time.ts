import { type SpawnSyncOptions, spawnSync } from 'node:child_process';

/**
 * Runs a program to its end, its output going to a pipe.
 * @returns the milliseconds that it took
 */
export function programTime(program: string, args: readonly string[], options: SpawnSyncOptions): number {
  const began = performance.now();
  const { status, error, stderr } = spawnSync(program, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
  const took = performance.now() - began;
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}
