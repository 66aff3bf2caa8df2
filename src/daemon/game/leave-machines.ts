import { isVivariumError } from '../../base/errors.ts';
import { Scope } from '../../base/scope.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { GameOpen } from '../../protocol/game.ts';
import { operations } from '../../protocol/operations.ts';

/** Milliseconds in which a machine that is on its way has to arrive. */
const patience = 30_000;

/**
 * Suspends or stops machines that nobody plays with any more, one after the other: each writes its memory to disk.
 * @param isPlayed asked before each: whether somebody does, by now
 */
export async function leaveMachines(
  engine: Engine,
  names: Iterable<string>,
  { leave, world }: GameOpen,
  isPlayed: (name: string) => boolean,
): Promise<void> {
  if (leave === 'run') return;
  for (const name of names) {
    try {
      if (isPlayed(name) || !(await isOn(engine, name)) || isPlayed(name)) continue;
      if (leave === 'stop') await engine.machine.stop({ name });
      else await engine.machine.suspend({ name });
    } catch (error) {
      if (!isVivariumError(error, 'machine-not-found')) {
        console.error(`vmd: ${JSON.stringify(world)} has gone; to ${leave} ${name} failed:`, error);
      }
    }
  }
}

const live: readonly string[] = operations['machine.suspend'].states ?? [];

async function isOn(engine: Engine, name: string): Promise<boolean> {
  const scope = new Scope({ timeout: patience });
  const settled = async () => {
    const { state } = await engine.machine.status({ name }, scope);
    return state === 'starting' || state === 'stopping' ? undefined : state;
  };
  const awaited = () => ({ awaited: `${name} to be on or off`, lines: [], hint: `vm status ${name}` });
  return live.includes(await scope.until(settled, awaited));
}
