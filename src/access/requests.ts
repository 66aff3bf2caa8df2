import { VivariumError } from '../base/errors.ts';
import { parseSize } from '../base/sizes.ts';
import { readImage } from '../image/store.ts';
import { newDisk } from '../machine/new-disk.ts';
import { parseValue } from '../machine/spec-file.ts';
import { memoryOf as memoryGiven } from '../machine/summary.ts';
import { machineSpec } from '../protocol/machine-spec.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { OperationName, Operations } from '../protocol/operations.ts';
import { memorySize } from '../protocol/values.ts';
import { namesFor } from '../snapshot/fork-names.ts';
import { splitName } from '../snapshot/snapshot.ts';
import { keptWarm } from '../snapshot/warm.ts';
import type { Asker } from './asker.ts';
import { disksOf, type Extent, memoryOf } from './limits.ts';
import { givesNetwork, runningArguments } from './running.ts';
import type { View } from './view.ts';

/** What becomes of a call that somebody makes who is not the administrator. */
export interface Request {
  /** Other values for some of its parameters. */
  instead?: Record<string, unknown>;
  /** What it takes more of than there is now. */
  asks?: Partial<Extent>;
  /** What takes long and counts for nobody: it is done first, while other calls of the same token have their turn. */
  before?: () => Promise<unknown>;
}

type Requests = {
  [Name in OperationName]?: (
    asker: Asker,
    parameters: CheckedParametersOf<Operations[Name]>,
  ) => Request | Promise<Request>;
};

/** Of the operations that make something larger, or that look at more than what they name. */
export const requests: Requests = {
  'machine.make': ({ view }, parameters) => ({
    asks: extentOf(view, parameters, 1),
    instead: networkFor(view, 'machine.make', parameters),
  }),
  'machine.launch': ({ view, engine, scope }, { names, count, name, ...parameters }) => {
    const refuse = (it: string) => requireOwn(view, 'machine.launch', it);
    const called = namesFor(view.home, parameters.image, { names, count, name }, refuse);
    const network = networkFor(view, 'machine.launch', parameters);
    const settings = { ...parameters, ...network };
    const warmUp = () => engine.machine.launch({ ...settings, count: 0 }, scope);
    return {
      asks: extentOf(view, settings, Math.max(1, called.length)), // what is kept warm is no larger than one may have
      instead: { names: called, count: called.length, name: undefined, ...network },
      ...(!keptWarm(view.home, settings) && { before: warmUp }),
    };
  },
  'machine.fork': async (asker, { from, names, count, name }) => {
    const { grant, home } = asker.view;
    const refuse = (it: string) => requireOwn(asker.view, 'machine.fork', it);
    const called = namesFor(home, splitName(from).machine, { names, count, name }, refuse);
    const source = await instantOf(asker, from);
    if (grant.network === 'none' && source.network) throw noNetwork(grant.who, 'machine.fork');
    return {
      asks: {
        machines: called.length,
        memory: called.length * source.memory,
        disk: called.length * source.disk,
      },
      instead: { names: called, count: undefined, name: undefined },
    };
  },
  'machine.set': async ({ engine, scope }, { name, changes, unset = [] }) => {
    const wanted = unset.includes('memory') ? usualMemory : lastMemory(changes);
    if (wanted === undefined) return {};
    return { asks: { memory: wanted - memoryOf(await engine.machine.status({ name }, scope)) } };
  },
  'disk.add': (_, { what }) => ({ asks: { disk: parseSize(what) ?? 0 } }),
  'disk.resize': async ({ engine, scope }, { name, disk = '0', size }) => {
    const disks = await engine.disk.list({ name }, scope);
    const now = disks.find(({ number, file }) => String(number) === disk || file === disk)?.size ?? 0;
    const given = parseSize(size.replace('+', '')) ?? 0;
    return { asks: { disk: size.startsWith('+') ? given : given - now } };
  },
  'snapshot.create': async ({ engine, scope }, { name }) => {
    const machine = splitName(name).machine;
    const disks = await engine.disk.list({ name: machine }, scope);
    const state = memoryOf(await engine.machine.status({ name: machine }, scope));
    return { asks: { disk: disks.reduce((sum, { allocated = 0 }) => sum + allocated, state) } };
  },
  'snapshot.restore': async (asker, { name, snapshot }) => {
    const { grant } = asker.view;
    const named = splitName(name, snapshot);
    const kept = await instantOf(asker, named.machine, named.snapshot ?? '');
    if (grant.network === 'none' && kept.network) throw noNetwork(grant.who, 'snapshot.restore');
    const now = await asker.engine.machine.status({ name: named.machine }, asker.scope);
    const disk = await disksOf(asker, named.machine);
    return { asks: { memory: kept.memory - memoryOf(now), disk: kept.disk - disk } };
  },
  'snapshot.verify': ({ view: { grant } }, { name }) => {
    if (name !== undefined) return {};
    throw denied(grant.who, 'snapshot.verify', 'it has to name a machine');
  },
};

type MakeParameters = CheckedParametersOf<Operations['machine.make']>;

/** What machines take that are made as the parameters say. */
function extentOf(
  { home }: View,
  parameters: Pick<MakeParameters, 'image' | 'memory' | 'disk' | 'kernel'>,
  machines: number,
): Extent {
  const image = parameters.image === undefined ? undefined : readImage(home.directory, parameters.image);
  return {
    machines,
    memory: machines * (parameters.memory ?? usualMemory),
    disk: machines * (newDisk(home.config, parameters, image)?.bytes ?? 0),
  };
}

/** @throws `permission-denied` where a network is asked for, and none may be had */
function networkFor(
  { grant }: View,
  operation: OperationName,
  { network }: Pick<MakeParameters, 'network'>,
): { network?: 'none' } {
  if (grant.network === 'user') return {};
  if (network === 'user') throw noNetwork(grant.who, operation);
  return { network: 'none' };
}

/** What a machine has of which nothing is said. */
const usualMemory = machineSpec.shape.memory._zod.def.defaultValue as number;

/** The memory that changes of machine.yaml come to; one that is none is refused where it is set. */
function lastMemory(changes: readonly string[]): number | undefined {
  const texts = changes.flatMap((it) => (it.startsWith('memory=') ? [it.slice('memory='.length)] : []));
  const sizes = texts.flatMap((it) => memorySize.safeParse(parseValue('memory', it)).data ?? []);
  return sizes.at(-1);
}

/** What a fork of a machine as it is, or one that goes on from a snapshot, has. @param snapshot '' for the newest */
async function instantOf(
  asker: Asker,
  named: string,
  snapshot = splitName(named).snapshot,
): Promise<{ memory: number; disk: number; network: boolean }> {
  const { engine, scope } = asker;
  const { machine: name } = splitName(named);
  if (snapshot === undefined) {
    const { pid } = await engine.machine.status({ name }, scope);
    const argv = pid === undefined ? [] : runningArguments(pid); // one that does not run cannot be forked
    return {
      memory: memoryGiven(argv),
      disk: await disksOf(asker, name),
      network: givesNetwork(argv),
    };
  }
  const { needs, layers } = await engine.snapshot.show({ name, ...(snapshot && { snapshot }) }, scope);
  const argv = needs?.argv ?? [];
  const disk = layers.reduce((sum, { size }) => sum + size, 0);
  return { memory: memoryGiven(argv), disk, network: givesNetwork(argv) };
}

/** @throws `permission-denied` where machines of this name are not theirs, be there one or not */
export function requireOwn({ grant, machine }: View, operation: OperationName, name: string): void {
  if (machine(name)) return;
  throw denied(grant.who, operation, `its machines are called ${grant.machines.join(', ')}, and not ${name}`);
}

export const denied = (token: string, operation: OperationName, problem: string): VivariumError =>
  new VivariumError('permission-denied', { token, operation, problem });

const noNetwork = (token: string, operation: OperationName) =>
  denied(token, operation, 'it may give no machine a network');
