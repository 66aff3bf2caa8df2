import type { Scope } from '../base/scope.ts';
import type { WaitReport } from '../protocol/views.ts';
import { lastWords, watchEnd } from './end-watch.ts';
import { checkState } from './locked.ts';
import type { Machine } from './machine.ts';
import { statusOf } from './status.ts';
import { conditionOf } from './wait-conditions.ts';

/** Milliseconds between two looks. */
const interval = 100;

/**
 * Waits until something is there in a guest: `boot`, `ssh`, `agent` or `console:REGEX`.
 * @throws `machine-state`, `machine-ended` at once where it stops meanwhile, `timeout`, `parameter-invalid`
 */
export async function wait(scope: Scope, machine: Machine, what: string): Promise<WaitReport> {
  const began = performance.now();
  checkState(machine, 'machine.wait', await statusOf(machine));
  const stillRuns = watchEnd(machine);
  const { awaited, look } = await conditionOf(scope, machine, what);
  const seen = await scope.until(
    async () => {
      stillRuns();
      return await look(scope);
    },
    () => ({
      awaited,
      lines: lastWords(machine),
      hint: `Allow more time with --timeout, or look: vm console ${machine.name}`,
    }),
    { every: interval },
  );
  return { name: machine.name, for: what, seen, took: performance.now() - began };
}
