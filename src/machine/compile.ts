import type { Scope } from '../base/scope.ts';
import type { Machine } from './machine.ts';
import { settle } from './pending.ts';
import { type Plan, planOf } from './plan.ts';
import { prepareFiles } from './prepare-files.ts';
import { serviceSettings, writeScripts } from './scripts.ts';

/**
 * Writes a machine's scripts, and the files that QEMU will want beside them, from its spec and templates as they
 * are now.
 * @throws what planOf and prepareFiles throw; the scripts stay as they were
 */
export async function compile(scope: Scope, machine: Machine): Promise<Plan> {
  settle(machine);
  const plan = await planOf(scope, machine);
  await prepareFiles(scope, machine, plan);
  writeScripts(machine, serviceSettings(plan.spec), plan);
  return plan;
}
