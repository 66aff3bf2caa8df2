/** Before a suite: the tiny image is there. After it: nothing that a test started is running or lying about. */
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { localEngine, Scope } from '../src/index.ts';
import { sharedHome, testRoot } from './support/place.ts';
import { killAll, lastOf } from './support/processes.ts';

export async function setup(): Promise<void> {
  mkdirSync(sharedHome, { recursive: true });
  const engine = localEngine({ ...process.env, VMDIR: sharedHome });
  await engine.image.build({ recipe: 'tiny' }, new Scope({ timeout: 300_000 }));
}

export async function teardown(): Promise<void> {
  if (!existsSync(testRoot)) return; // another layer of this run has looked
  const left = await lastOf(testRoot);
  killAll(left);
  const lying = readdirSync(testRoot);
  if (lying.length === 0) rmdirSync(testRoot);
  if (left.length > 0 || lying.length > 0) {
    throw new Error(`the tests left behind: ${[...left.map(({ command }) => command), ...lying].join('; ')}`);
  }
}
