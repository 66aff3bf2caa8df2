import type { ErrorCode } from '../base/error-table.ts';
import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { newPlace } from '../machine/draft.ts';
import type { Home } from '../machine/home.ts';
import type { Machine } from '../machine/machine.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import type { ForkReport } from '../protocol/views.ts';
import { fork } from './fork.ts';
import { namesFor } from './fork-names.ts';
import { warmMachine, warmSnapshot } from './warm.ts';

export type LaunchParameters = CheckedParametersOf<Operations['machine.launch']>;

/**
 * Makes machines of an image that are on at once: forks of one that has booted before, once. None where the count is
 * 0: then that one is all that is made.
 * @throws what `warmMachine` and `fork` throw
 */
export async function launch(scope: Scope, home: Home, parameters: LaunchParameters): Promise<ForkReport> {
  const began = performance.now();
  const { names, count, name, identity, ephemeral, ...settings } = parameters;
  // Whether they may be called so is known before anything is booted for them.
  const called = () => namesFor(home, settings.image, { names, count, name });
  for (const it of called()) newPlace(home, it);
  for (let unfit: string | undefined; ; ) {
    scope.check();
    let warm: Machine | undefined;
    try {
      warm = await warmMachine(scope, home, settings, unfit);
      const from = `${warm.name}@${warmSnapshot}`;
      const wanted = called();
      const { forks } =
        wanted.length === 0
          ? { forks: [] }
          : await fork(scope, home, { from, names: wanted, identity, ephemeral });
      return { from, forks, took: performance.now() - began };
    } catch (error) {
      if (isOvertaken(error, names)) continue;
      if (!warm || unfit !== undefined || !ofTheWarm.some((code) => isVivariumError(error, code)))
        throw error;
      unfit = warm.stamp;
    }
  }
}

/** Whether somebody has replaced the image meanwhile, or taken a name that was free when it was looked for. */
const isOvertaken = (error: unknown, names: readonly string[] = []): boolean =>
  isVivariumError(error, 'image-replaced') ||
  (isVivariumError(error, 'machine-exists') && !names.includes(error.details.name));

/** What a fork fails with where its source is none any more, or not for this host's QEMU of now. */
const ofTheWarm: ErrorCode[] = ['machine-not-found', 'snapshot-not-found', 'snapshot-broken', 'state-unfit'];
