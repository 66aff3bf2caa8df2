import type { Scope } from '../base/scope.ts';
import type { StartReport } from '../protocol/views.ts';
import type { Machine } from './machine.ts';
import { planOf } from './plan.ts';
import { prepareFiles } from './prepare-files.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

/** Stops a machine and starts it, with what machine.yaml says by now; where that is wrong, it goes on running. */
export async function restart(scope: Scope, machine: Machine, now: boolean): Promise<StartReport> {
  await prepareFiles(scope, machine, await planOf(scope, machine));
  await stop(scope, machine, now);
  return await start(scope, machine);
}
