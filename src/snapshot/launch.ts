import type { ErrorCode } from '../base/error-table.ts';
import { isVivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { newPlace } from '../machine/draft.ts';
import type { Home } from '../machine/home.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import type { ForkReport } from '../protocol/views.ts';
import { fork } from './fork.ts';
import { namesFor } from './fork-names.ts';
import { warmMachine, warmSnapshot } from './warm.ts';

export type LaunchParameters = CheckedParametersOf<Operations['machine.launch']>;

/**
 * Makes machines of an image that are on at once: forks of one that has booted before, once.
 * @throws what `warmMachine` and `fork` throw
 */
export async function launch(scope: Scope, home: Home, parameters: LaunchParameters): Promise<ForkReport> {
  const began = performance.now();
  const { names, count, name, identity, ephemeral, ...settings } = parameters;
  // Whether they may be called so is known before anything is booted for them.
  const called = () => namesFor(home, settings.image, { names, count, name });
  for (const it of called()) newPlace(home, it);
  for (let unfit: string | undefined; ; ) {
    const warm = await warmMachine(scope, home, settings, unfit);
    try {
      const from = `${warm.name}@${warmSnapshot}`;
      const report = await fork(scope, home, { from, names: called(), identity, ephemeral });
      return { ...report, took: performance.now() - began };
    } catch (error) {
      // Another has taken a name that was free when it was looked for; or all is to be made anew, once.
      if (isVivariumError(error, 'machine-exists') && !names?.includes(error.details.name)) continue;
      if (unfit !== undefined || !ofTheWarm.some((code) => isVivariumError(error, code))) throw error;
      unfit = warm.stamp;
    }
  }
}

/** What a fork fails with where its source is none any more, or not for this host's QEMU of now. */
const ofTheWarm: ErrorCode[] = ['machine-not-found', 'snapshot-not-found', 'snapshot-broken', 'state-unfit'];
