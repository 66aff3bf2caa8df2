import { readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { VivariumError } from '../../base/errors.ts';
import { Scope } from '../../base/scope.ts';
import { exactSize } from '../../base/sizes.ts';
import { Undo } from '../../base/undo.ts';
import { identityOf, uptimeOf } from '../../host/process-identity.ts';
import type { WrittenSpec } from '../../protocol/machine-spec.ts';
import type { RunView } from '../../protocol/views.ts';
import { probeAccelerator } from '../../qemu/accelerator.ts';
import { qemuBinary } from '../../qemu/binary.ts';
import { placeMachine } from '../draft.ts';
import { machineFiles } from '../files.ts';
import { ensureHome, type Home } from '../home.ts';
import { findMachine } from '../machine.ts';
import { checkDirectory } from '../make.ts';
import { parseShare } from '../new-spec.ts';
import { remove } from '../remove.ts';
import { specText } from '../spec-text.ts';
import { boot } from '../start.ts';
import { additionsOf } from './additions.ts';
import { commandLine } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { bootDisk } from './disk-boot.ts';
import { moreDisks } from './disks.ts';
import { markEphemeral, sweepEphemeral } from './ephemeral.ts';
import { bootImage } from './image-boot.ts';
import { bootInitramfs, hasInit } from './initramfs-boot.ts';
import { bootIso } from './iso-boot.ts';
import { bootKernel } from './kernel-boot.ts';
import type { RunParameters } from './parameters.ts';
import { bootRoot } from './root-boot.ts';
import { stageFor } from './stage.ts';
import { type Subject, subjectOf } from './subject.ts';

/** Bytes of memory, unless something takes more. */
const usualMemory = 2 * 2 ** 30;

/** Milliseconds that QEMU may take to answer. */
const startTime = 60_000;

/** Milliseconds to take back what was begun, however little was left for it. */
const afterwards = 30_000;

/**
 * Boots something as a machine of its own and returns when QEMU answers. Nothing is left of it where that fails.
 * @throws what `subjectOf`, the ways of booting, and a start throw
 */
export async function run(scope: Scope, home: Home, parameters: RunParameters): Promise<RunView> {
  const began = performance.now();
  ensureHome(home);
  const subject = subjectOf(home, parameters);
  await sweepEphemeral(scope, home);
  await using undo = new Undo();
  const { machine, stage } = stageFor(home, parameters.keep, parameters.stem ?? stemOf(subject));
  const { name } = machine;
  undo.push(() => rmSync(stage, { recursive: true, force: true }));
  const context: Context = {
    scope,
    home,
    parameters,
    name,
    stage,
    additions: additionsOf(parameters, wantsShell(subject, parameters)),
    firmware: parameters.firmware ?? (parameters.uefi ? 'uefi' : undefined),
  };
  if (parameters.uefiVariables !== undefined)
    symlinkSync(parameters.uefiVariables, join(stage, machineFiles.uefiVariables));
  const how = await bootSubject(context, subject);
  const text = specText(name, await specFor(context, how));
  await placeMachine(scope, machine, { text, autostart: false }, async (draft) => {
    for (const file of readdirSync(stage)) renameSync(join(stage, file), join(draft.directory, file));
    if (parameters.keep === undefined) await markEphemeral(draft);
  });
  undo.push(() => remove(new Scope({ timeout: afterwards }), machine, true));
  const started = await boot(scope.within(startTime), findMachine(home, name), []);
  undo.keep();
  rmSync(stage, { recursive: true, force: true });
  const job = how.job ?? context.additions.job;
  const qemu = identityOf(started.pid);
  const age = qemu ? uptimeOf(qemu) : started.took;
  return {
    name,
    how: how.how,
    started,
    prepared: performance.now() - began - age,
    age,
    ...(job && { job: job.terminal ? 'console' : 'streams' }),
    kept: parameters.keep !== undefined,
    advice: how.advice,
    sources: sourcesOf(subject, context),
  };
}

/** A directory that has no init of its own, or is not asked to run it, has a root shell for its users. */
function wantsShell(subject: Subject, { boot = false }: RunParameters): boolean {
  if (subject.kind === 'root') return !boot;
  return subject.kind === 'initramfs' && !boot && !hasInit(subject.directory);
}

function bootSubject(context: Context, subject: Subject): Promise<Boot> {
  switch (subject.kind) {
    case 'kernel':
      return bootKernel(context, subject);
    case 'initramfs':
      return bootInitramfs(context, subject.directory);
    case 'root':
      return bootRoot(context, subject.directory);
    case 'iso':
      return bootIso(context, subject.file);
    case 'disk':
      return bootDisk(context, subject);
    case 'image':
      return bootImage(context, subject.image);
  }
}

/** All of machine.yaml: what the way of booting says, and what was asked for beside. */
async function specFor(context: Context, how: Boot): Promise<Omit<WrittenSpec, 'version'>> {
  const { parameters, additions } = context;
  const { spec } = how;
  const job = how.job ?? additions.job;
  const memory = parameters.memory ?? Math.max(usualMemory, how.memory ?? 0);
  if (parameters.network === 'none' && parameters.forward) {
    const problem = 'needs a network, and --network is none';
    throw new VivariumError('parameter-invalid', { operation: 'run', parameter: '--forward', problem });
  }
  return {
    ...spec,
    cpus: parameters.cpus ?? (await usualCpus(context, job)),
    memory: exactSize(memory),
    firmware: spec.firmware ?? context.firmware,
    disks: [...(spec.disks ?? []), ...(await moreDisks(context))],
    networks: parameters.network === 'none' ? undefined : [{ mode: 'user', forwards: parameters.forward }],
    display: parameters.display,
    shares: [...(spec.shares ?? []), ...(parameters.share ?? []).map(shareOf)],
    restart: 'never',
    ...(job?.terminal && { append: commandLine(spec.append, terminalWords(parameters)) }),
    ...(job && {
      job: true,
      arguments: [...(spec.arguments ?? []), '-no-reboot'],
    }),
    cartridge: parameters.cartridge,
  };
}

function shareOf(text: string) {
  checkDirectory(text);
  return parseShare(text);
}

/**
 * CPUs that are emulated wait for one another: with two, a kernel takes half as long again to its first process. A
 * whole system has then enough to do for both, and is at its login in two thirds of the time.
 */
async function usualCpus({ scope, home }: Context, job: Boot['job']): Promise<number> {
  const { accelerator } = await probeAccelerator(scope, { binary: qemuBinary(), cache: home.cache });
  const useful = accelerator === 'kvm' ? 4 : job ? 1 : 2;
  return Math.min(useful, availableParallelism());
}

/** What guest/live/job reads of the terminal that is in front of it. */
function terminalWords({ size }: RunParameters): string[] {
  const [columns, rows] = size?.split('x') ?? [];
  return columns === undefined ? [] : [`vivarium.columns=${columns}`, `vivarium.rows=${rows}`];
}

/** The files and directories of the host that it was made of. */
function sourcesOf(subject: Subject, { additions }: Context): string[] {
  const injected = additions.inject.map(({ from }) => from);
  switch (subject.kind) {
    case 'kernel':
      return [subject.kernel, ...(subject.initrd === undefined ? [] : [subject.initrd]), ...injected];
    case 'root':
    case 'initramfs':
      return [subject.directory, ...injected];
    case 'image':
      return injected;
    default:
      return [subject.file, ...injected];
  }
}

function stemOf(subject: Subject): string {
  switch (subject.kind) {
    case 'image':
      return subject.image.name;
    case 'kernel':
      return basename(subject.kernel);
    case 'root':
    case 'initramfs':
      return basename(subject.directory);
    default:
      return basename(subject.file);
  }
}
