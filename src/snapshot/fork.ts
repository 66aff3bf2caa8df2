import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isVivariumError, VivariumError } from '../base/errors.ts';
import { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { crashPoint } from '../host/crash-point.ts';
import { lock } from '../host/lock.ts';
import { newPlace, placeMachine } from '../machine/draft.ts';
import { fileOf, machineFiles } from '../machine/files.ts';
import type { Home } from '../machine/home.ts';
import { layerReference } from '../machine/layers.ts';
import { locked } from '../machine/locked.ts';
import { findMachine, type Machine } from '../machine/machine.ts';
import { withOpenPorts } from '../machine/open-ports.ts';
import { remove } from '../machine/remove.ts';
import { type Saved, savedFiles, writeSaved } from '../machine/saved.ts';
import { editSpec, parseSpec, readSpec } from '../machine/spec-file.ts';
import { up } from '../machine/start.ts';
import { killLocked } from '../machine/stop.ts';
import { formatForward } from '../protocol/forward.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import type { Fork, ForkReport } from '../protocol/views.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { copyBelongings, layOutBelongings } from './belongings.ts';
import { capture } from './capture.ts';
import { namesFor } from './fork-names.ts';
import { openFile, openMemoryOf, passingMemory } from './memory.ts';
import { findSnapshot, readSnapshot, snapshotFiles, splitName } from './snapshot.ts';
import { broken, checkDisks } from './whole.ts';

export type ForkParameters = CheckedParametersOf<Operations['machine.fork']>;

/** One instant of a machine, as forks are made of it. */
interface Instant {
  saved: Saved;
  /** A directory with the UEFI variables, and what the machine is made of. */
  directory: string;
  state: string;
  memory: string;
}

/** Forks that are being made at once: while one's QEMU starts, the next is made ready. */
const atOnce = 2;

/** Milliseconds to take back what was begun, however little was left for it. */
const afterwards = 30_000;

/**
 * Makes machines that go on from one instant of another: as it is now, or as a snapshot has kept it. All or none.
 * @throws what `capture` throws, `machine-exists`, `snapshot-not-found`, `snapshot-broken`, `resume-failed`
 */
export async function fork(scope: Scope, home: Home, parameters: ForkParameters): Promise<ForkReport> {
  const began = performance.now();
  const { machine: name, snapshot } = splitName(parameters.from);
  const source = findMachine(home, name);
  const places = namesFor(home, source.name, parameters).map((it) => newPlace(home, it));
  const make = (instant: Instant) => makeForks(scope, instant, places, parameters);
  const { forks, pause } =
    snapshot === undefined
      ? await fromNow(scope, source, make)
      : await fromSnapshot(home, source.name, snapshot, make);
  return {
    from: parameters.from,
    forks,
    ...(pause !== undefined && { pause }),
    took: performance.now() - began,
  };
}

type Made = (instant: Instant) => Promise<Fork[]>;

/** The snapshot may be removed meanwhile: its memory and state are open, and its disks are held where it has some. */
async function fromSnapshot(home: Home, name: string, snapshot: string, make: Made) {
  const found = findSnapshot(home, name, snapshot);
  const { directory } = found;
  const saved = readSnapshot(found);
  using held = saved.disks.length > 0 ? await lock(directory, { wait: 0, shared: true }) : undefined;
  if (saved.disks.length > 0 && !held?.current())
    throw new VivariumError('machine-busy', { name, by: 'somebody who removes its snapshot' });
  checkDisks(found, saved);
  using state = openFile(join(directory, savedFiles.state));
  using memory = openFile(join(directory, savedFiles.memory));
  const instant = { saved, directory, state: state.path, memory: memory.path };
  const forks = await make(instant).catch((error: unknown) => {
    throw isVivariumError(error, 'resume-failed') ? broken(found, error.details.said) : error;
  });
  return { forks, pause: undefined };
}

/** What is saved for it is nobody's but the forks', and gone when they have it. */
async function fromNow(scope: Scope, source: Machine, make: Made) {
  return await locked(source, 'machine.fork', async (status, held) => {
    await using undo = new Undo();
    const directory = temporaryName(source.directory);
    undo.push(() => rmSync(directory, { recursive: true, force: true }));
    mkdirSync(directory, { mode: 0o700 });
    copyBelongings(source, join(directory, snapshotFiles.belongings));
    using memory = passingMemory(source.home.directory, await memoryTaken(source, status.pid ?? 0));
    scope.step(`Saving ${source.name}`);
    const { saved, pause } = await capture(scope, source, status, held, { directory, memory: memory.path });
    const state = join(directory, savedFiles.state);
    return { forks: await make({ saved, directory, state, memory: memory.path }), pause };
  });
}

async function makeForks(
  scope: Scope,
  instant: Instant,
  places: Machine[],
  parameters: ForkParameters,
): Promise<Fork[]> {
  await using undo = new Undo();
  const overlays = await newOverlays(scope, instant, undo);
  const text = forkSpec(instant, parameters.from);
  await using made = new Undo();
  const forks: Fork[] = [];
  const waiting = [...places.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, machine] = next;
      scope.step(`Forking ${machine.name}`, { done: index, of: places.length });
      forks[index] = await makeFork(scope, { ...instant, overlays, text }, machine, parameters);
      // Only now is it ours: what was in its place before, or came meanwhile, is somebody else's.
      made.push(() => remove(new Scope({ timeout: afterwards }), machine, true).catch(() => {}));
    }
  };
  const ended = await Promise.allSettled(
    Array.from({ length: atOnce }, () => work().finally(() => waiting.splice(0))),
  );
  for (const { reason } of ended.filter((it) => it.status === 'rejected')) throw reason;
  made.keep();
  return forks;
}

/** An empty overlay of each frozen disk, of which every fork gets a copy. @returns their directory */
async function newOverlays(scope: Scope, { saved, directory }: Instant, undo: Undo): Promise<string> {
  const overlays = temporaryName(join(directory, 'overlays'));
  if (saved.disks.length === 0) return overlays;
  undo.push(() => rmSync(overlays, { recursive: true, force: true }));
  mkdirSync(overlays, { mode: 0o700 });
  for (const { file, layer, format, size } of saved.disks)
    await createDisk(scope, join(overlays, file), size, { file: layerReference(layer), format });
  return overlays;
}

/** The fork comes together and goes on under a hidden name, and is seen when it runs. */
async function makeFork(
  scope: Scope,
  { overlays, text, ...instant }: Instant & { overlays: string; text: string },
  machine: Machine,
  { ephemeral = false }: ForkParameters,
): Promise<Fork> {
  const began = performance.now();
  let pid = 0;
  const fill = async (draft: Machine) => {
    layOutBelongings(join(instant.directory, snapshotFiles.belongings), draft.directory);
    for (const { file } of instant.saved.disks)
      copyFileSync(join(overlays, file), join(draft.directory, file));
    layOutState(draft, instant);
    if (ephemeral) writeFileSync(fileOf(draft, 'ephemeral'), '');
    crashPoint('fork: drafted');
  };
  const goOn = async (draft: Machine, undo: Undo) => {
    undo.push(() => killLocked(new Scope({ timeout: afterwards }), draft));
    ({ pid } = await up(scope, draft, 'at once'));
    writeFileSync(fileOf(draft, 'down'), '');
    crashPoint('fork: resumed');
  };
  await placeMachine(scope, machine, { text, autostart: true, fleeting: true }, fill, goOn);
  crashPoint('fork: placed');
  const forwards = readSpec(machine)?.networks.flatMap((network) => network.forwards) ?? [];
  return {
    name: machine.name,
    pid,
    forwards: forwards.length === 0 ? [] : await withOpenPorts(machine, forwards),
    took: performance.now() - began,
  };
}

/** The saved state as the machine's own, of which nothing is copied. */
function layOutState(draft: Machine, { saved, directory, state, memory }: Instant): void {
  const suspended = fileOf(draft, 'suspended');
  mkdirSync(suspended, { mode: 0o700 });
  writeSaved(suspended, { ...saved, disks: [] }, { durable: false });
  symlinkSync(state, join(suspended, savedFiles.state));
  symlinkSync(memory, join(suspended, savedFiles.memory));
  const variables = join(directory, machineFiles.uefiVariables);
  if (existsSync(variables)) copyFileSync(variables, fileOf(draft, 'uefiVariables'));
}

/** machine.yaml of a fork: its ports are free ones of its own. */
function forkSpec({ directory }: Instant, from: string): string {
  const file = `${from}/machine.yaml`;
  let text = readFileSync(join(directory, snapshotFiles.belongings, machineFiles.spec), 'utf8');
  for (const [index, { forwards }] of parseSpec(text, file).networks.entries()) {
    if (forwards.length === 0) continue;
    const free = forwards.map((it) => formatForward({ ...it, host: 'auto' }));
    text = editSpec(text, file, `networks.${index}.forwards`, free);
  }
  return text;
}

/** At most what QEMU has its guest's memory take now. */
async function memoryTaken(machine: Machine, pid: number): Promise<number> {
  const bytes = readSpec(machine)?.memory ?? 0;
  const file = openMemoryOf(pid, bytes);
  return file === undefined ? bytes : statSync(file).blocks * 512;
}
