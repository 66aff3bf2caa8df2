import type { Scope } from '../base/scope.ts';
import type { Machine } from './machine.ts';
import { type Plan, planOf } from './plan.ts';
import { serviceSettings, writeScripts } from './scripts.ts';

/**
 * Writes a machine's scripts from its spec and templates as they are now.
 * @throws what planOf throws; the scripts stay as they were
 */
export async function compile(scope: Scope, machine: Machine): Promise<Plan> {
  const plan = await planOf(scope, machine);
  writeScripts(machine, serviceSettings(plan.spec), plan);
  return plan;
}
