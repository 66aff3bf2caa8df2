import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { newPlace } from '../machine/draft.ts';
import { machineFiles } from '../machine/files.ts';
import type { Home } from '../machine/home.ts';
import { layerReference } from '../machine/layers.ts';
import { findMachine, type Machine } from '../machine/machine.ts';
import { editSpec, parseSpec } from '../machine/spec-file.ts';
import { formatForward } from '../protocol/forward.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import type { Fork, ForkReport } from '../protocol/views.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { namesFor } from './fork-names.ts';
import { Gathering } from './gathering.ts';
import { requireIdentity } from './identity.ts';
import { type Instant, withPresent, withSnapshot } from './instant.ts';
import { type Model, makeFork } from './make-fork.ts';
import { snapshotFiles, splitName } from './snapshot.ts';

export type ForkParameters = CheckedParametersOf<Operations['machine.fork']>;

/**
 * Forks that are being made at once: while one's QEMU starts, the next is made ready. Their guests take their first
 * step together, when all are there: each has enough to do then to keep the next from starting.
 */
const atOnce = 2;

/**
 * Makes machines that go on from one instant of another: as it is now, or as a snapshot has kept it. All or none.
 * @throws what `capture` throws, `machine-exists`, `snapshot-not-found`, `snapshot-broken`, `resume-failed`,
 * `agent-missing`
 */
export async function fork(scope: Scope, home: Home, parameters: ForkParameters): Promise<ForkReport> {
  const began = performance.now();
  const { machine: name, snapshot } = splitName(parameters.from);
  const source = findMachine(home, name);
  const places = namesFor(home, name, parameters).map((it) => newPlace(home, it));
  const make = async (instant: Instant): Promise<ForkReport> => ({
    from: parameters.from,
    forks: await makeForks(scope, home, instant, places, parameters),
    ...(instant.pause !== undefined && { pause: instant.pause }),
    took: performance.now() - began,
  });
  if (snapshot !== undefined) return await withSnapshot(home, name, snapshot, make);
  if (parameters.identity) await requireIdentity(scope, source);
  return await withPresent(scope, source, make);
}

async function makeForks(
  scope: Scope,
  home: Home,
  instant: Instant,
  places: Machine[],
  parameters: ForkParameters,
): Promise<Fork[]> {
  await using undo = new Undo();
  const overlays = await newOverlays(scope, home, instant, undo);
  const model = { ...instant, from: parameters.from, overlays, ...forkSpec(instant, parameters.from) };
  await using made = new Undo();
  const all = new Gathering(places.length);
  const forks: Promise<Fork>[] = [];
  const waiting = [...places];
  const work = async () => {
    for (let machine = waiting.shift(); machine; machine = waiting.shift()) {
      scope.step(`Forking ${parameters.from}`, { done: forks.length, of: places.length });
      const ready = Promise.withResolvers<void>();
      const fork = makeFork(scope, model, machine, parameters, made, () => {
        ready.resolve();
        return all.arrive();
      });
      forks.push(fork);
      fork.catch((error: unknown) => all.fail(error));
      await Promise.race([ready.promise, fork]).catch(() => waiting.splice(0));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const ended = await Promise.allSettled(forks);
  for (const { reason } of ended.filter((it) => it.status === 'rejected')) throw reason;
  made.keep();
  return await Promise.all(forks);
}

/** An empty overlay of each frozen disk, of which every fork gets a copy. @returns their directory */
async function newOverlays(scope: Scope, home: Home, { saved }: Instant, undo: Undo): Promise<string> {
  const overlays = temporaryName(join(home.directory, 'overlays'));
  if (saved.disks.length === 0) return overlays;
  undo.push(() => rmSync(overlays, { recursive: true, force: true }));
  mkdirSync(overlays, { mode: 0o700 });
  for (const { file, layer, format, size } of saved.disks)
    await createDisk(scope, join(overlays, file), size, { file: layerReference(layer), format });
  return overlays;
}

/** machine.yaml of the forks: the ports are free ones of their own. */
function forkSpec({ directory }: Instant, from: string): Pick<Model, 'text' | 'spec'> {
  const file = `${from}/machine.yaml`;
  let text = readFileSync(join(directory, snapshotFiles.belongings, machineFiles.spec), 'utf8');
  for (const [index, { forwards }] of parseSpec(text, file).networks.entries()) {
    if (forwards.length === 0) continue;
    const free = forwards.map((it) => formatForward({ ...it, host: 'auto' }));
    text = editSpec(text, file, `networks.${index}.forwards`, free);
  }
  return { text, spec: parseSpec(text, file) };
}
