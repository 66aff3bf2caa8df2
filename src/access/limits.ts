import { isVivariumError, VivariumError } from '../base/errors.ts';
import { roundSize } from '../base/sizes.ts';
import type { MachineView } from '../protocol/views.ts';
import type { Asker } from './asker.ts';
import { runningMemory } from './running.ts';
import type { View } from './view.ts';

/** What machines take, or would. Sizes in bytes. */
export interface Extent {
  machines: number;
  /** All that their guests have. */
  memory: number;
  /** All that their disks are for the guests, and what their snapshots take. */
  disk: number;
}

const limits = [
  { limit: 'machines', of: 'machines', most: 'maxMachines', text: String },
  { limit: 'memory', of: 'memory', most: 'maxMemory', text: roundSize },
  { limit: 'disk', of: 'disk', most: 'maxDisk', text: roundSize },
] as const;

/** Whether anything binds it. */
export const isLimited = ({ grant }: View): boolean => limits.some(({ most }) => grant[most] !== undefined);

/** @throws `limit-reached` where what is asked for is more than there is left of a limit */
export async function checkLimits(asker: Asker, asked: Partial<Extent>): Promise<void> {
  const { grant } = asker.view;
  const binding = limits.filter(({ of, most }) => grant[most] !== undefined && (asked[of] ?? 0) > 0);
  if (binding.length === 0) return;
  const used = await usedBy(asker);
  for (const { limit, of, most, text } of binding) {
    const [allowed, wanted] = [grant[most] as number, asked[of] as number];
    if (used[of] + wanted <= allowed) continue;
    throw new VivariumError('limit-reached', {
      token: grant.who,
      limit,
      most: text(allowed),
      used: text(used[of]),
      asked: text(wanted),
    });
  }
}

async function usedBy(asker: Asker): Promise<Extent> {
  const { view, engine, scope } = asker;
  const machines = (await engine.machine.list({}, scope)).filter(({ name }) => view.machine(name));
  const extents = await Promise.all(
    machines.map(async (machine) => ({
      memory: memoryOf(machine),
      disk: (await disksOf(asker, machine.name)) + (await snapshotsOf(asker, machine.name)),
    })),
  );
  return {
    machines: machines.length,
    memory: sum(extents.map(({ memory }) => memory)),
    disk: sum(extents.map(({ disk }) => disk)),
  };
}

/** What it has, and will have at its next start: the larger of both. */
export const memoryOf = ({ memory = 0, pid }: MachineView): number =>
  Math.max(memory, pid === undefined ? 0 : runningMemory(pid));

/** What its disks are for the guest; nothing where it cannot be read, which it then cannot start with. */
export async function disksOf({ engine, scope }: Asker, name: string): Promise<number> {
  return await orNothing(async () =>
    sum((await engine.disk.list({ name }, scope)).map(({ size = 0 }) => size)),
  );
}

/** What its snapshots take: their states, and the disks that they keep. */
async function snapshotsOf({ engine, scope }: Asker, name: string): Promise<number> {
  return await orNothing(async () => {
    const snapshots = await engine.snapshot.list({ name }, scope);
    const sizes = snapshots.map(async ({ name: snapshot, bytes }) => {
      const kept = await orNothing(async () => {
        const { layers } = await engine.snapshot.show({ name, snapshot }, scope);
        return sum(layers.map(({ allocated }) => allocated));
      });
      return bytes + kept;
    });
    return sum(await Promise.all(sizes));
  });
}

/** Of what is broken, or has gone meanwhile. */
async function orNothing(measure: () => Promise<number>): Promise<number> {
  try {
    return await measure();
  } catch (error) {
    if (!isVivariumError(error)) throw error;
    return 0;
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, it) => total + it, 0);
