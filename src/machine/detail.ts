import { existsSync, readdirSync } from 'node:fs';
import { isVivariumError } from '../base/errors.ts';
import { namePattern } from '../base/names.ts';
import type { Scope } from '../base/scope.ts';
import type { MachineDetail } from '../protocol/views.ts';
import { findSupervisor } from '../runit/supervisor.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';
import { planOf } from './plan.ts';
import { templatesOf } from './templates.ts';
import { view } from './view.ts';

/** All about one machine. */
export async function detail(scope: Scope, machine: Machine): Promise<MachineDetail> {
  const seen = await view(machine);
  const plan = await planOf(scope, machine).catch((error) => {
    if (!isVivariumError(error)) throw error;
    return { error };
  });
  const supervisor = findSupervisor(machine.directory);
  const sockets = (['qmp', 'monitor', 'console', 'vnc'] as const).filter((it) =>
    existsSync(fileOf(machine, it)),
  );
  return {
    ...seen,
    directory: machine.directory,
    templates: templatesOf(machine),
    snapshots: namesIn(fileOf(machine, 'snapshots')),
    ...(existsSync(fileOf(machine, 'ephemeral')) && { ephemeral: true }),
    sockets: Object.fromEntries(sockets.map((it) => [it, fileOf(machine, it)])),
    ...(supervisor && { supervisor }),
    ...('error' in plan
      ? { reason: seen.reason ?? plan.error.message }
      : {
          ...(plan.spec && { spec: plan.spec }),
          argv: [plan.binary, ...plan.argv],
          accelerator: plan.accelerator,
        }),
  };
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => namePattern.test(name)) : [];
}
