import { lstatSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { ask } from '../machine/ask.ts';
import { diskPath, listDisks } from '../machine/disks.ts';
import { layersBelow } from '../machine/layers.ts';
import type { Machine } from '../machine/machine.ts';
import { type Plan, planOf } from '../machine/plan.ts';
import { firstDifference } from '../machine/saved-needs.ts';

/** What a machine that is to be saved runs with. */
export interface Fit {
  plan: Plan;
  /** QEMU's command line, without the program. */
  argv: string[];
}

/**
 * Looks for whatever keeps a machine that runs from being saved, before anything is done to it.
 * @param pid of its QEMU
 * @throws `save-unfit` naming what it is
 */
export async function checkFitness(scope: Scope, machine: Machine, pid: number): Promise<Fit> {
  const { name } = machine;
  const unfit = (what: string, problem: string, next: string) =>
    new VivariumError('save-unfit', { name, what, problem, next });
  const plan = await planOf(scope, machine);
  if (!plan.spec) {
    const next = `Take it over, with its disks: vm import runit-vm ${machine.directory}`;
    throw unfit('it', 'was made by runit-vm, and has no machine.yaml', next);
  }
  for (const disk of listDisks(machine)) {
    const problem = diskProblem(machine, disk);
    if (problem) throw unfit(`disks.${disk.number} (${disk.file})`, problem.what, problem.next);
  }
  for (const { source, args } of plan.parts) {
    const problem = foreign(source) && args.map(argumentProblem).find((it) => it !== undefined);
    if (problem)
      throw unfit(`${source}: ${problem}`, 'is nothing that could be saved or forked', takeAway(name));
  }
  const argv = argvOf(pid);
  const difference = firstDifference(argv, plan.argv);
  if (difference) {
    const { before, now } = difference;
    const part = plan.parts.find(({ args }) => args.some((word) => now.endsWith(` ${word}`)));
    const what = `${part?.source ?? 'machine.yaml or a template'} (now ${now}, ${before} when it was started)`;
    throw unfit(what, 'was changed since', `Put that back, or: vm restart ${name}`);
  }
  return { plan, argv };
}

/**
 * Frozen disks below one. A guest stands still for half a second when there are 100 (QEMU 7.2), and their names, of
 * which QEMU joins each to the one before, fill its PATH_MAX at about 370.
 */
const deepest = 150;

/** Asks QEMU what keeps it from saving, in its own words. @throws `save-unfit` */
export async function checkBlocked(scope: Scope, machine: Machine): Promise<void> {
  const { 'blocked-reasons': reasons = [] } = await ask<{ 'blocked-reasons'?: string[] }>(
    scope,
    machine,
    'query-migrate',
  );
  if (reasons.length === 0) return;
  const [name, problem] = [machine.name, `says: ${reasons.join('; ')}`];
  throw new VivariumError('save-unfit', { name, what: 'QEMU', problem, next: takeAway(name) });
}

const takeAway = (name: string) => `Take it away, and start it again: vm edit ${name}`;

function diskProblem(
  machine: Machine,
  disk: ReturnType<typeof listDisks>[number],
): { what: string; next: string } | undefined {
  const { name } = machine;
  if (disk.interface === 'nvme') {
    const next = `Have it otherwise: vm set ${name} disks.${disk.number}.interface=virtio`;
    return { what: 'is NVMe, whose state QEMU cannot save', next };
  }
  if (disk.readonly) return undefined;
  const path = diskPath(machine, disk);
  if (dirname(path) !== machine.directory || !lstatSync(path, { throwIfNoEntry: false })?.isFile()) {
    const next = `Move or copy it there, and name it so in machine.yaml: vm edit ${name}`;
    return { what: "is no file of the machine's own directory, which others may change", next };
  }
  if (disk.format !== 'qcow2') {
    const next = `Convert it: qemu-img convert -O qcow2 ${disk.file} disk.qcow2   Then: vm edit ${name}`;
    return { what: `is ${disk.format}, over which nothing can be layered in its place`, next };
  }
  if (layersBelow(machine.home, path).length >= deepest) {
    const flat = `qemu-img convert -O qcow2 ${disk.file} flat.qcow2 && mv flat.qcow2 ${disk.file}`;
    const next = `Make it one again, in its directory: vm stop ${name}   Then: ${flat}`;
    return { what: `lies on ${deepest} others, and QEMU gets slower with each`, next };
  }
  return undefined;
}

/** Whether arguments are somebody's own, of which we know nothing. */
const foreign = (source: string) => source.startsWith('templates/') || source === 'machine.yaml: arguments';

/** Storage, directories and devices of the host that a fork would share with its source, or that QEMU cannot save. */
function argumentProblem(argument: string): string | undefined {
  const storage = /^--?(?:drive|hd[a-d]|sd|mtdblock|pflash|fsdev|virtfs|blockdev)$/.test(argument);
  const device = /^(?:vfio-|usb-host|vhost-|ivshmem|nvme\b|virtio-9p|tap,|bridge,|vhost-user|passt)/.test(
    argument,
  );
  return storage || device ? argument : undefined;
}

function argvOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(1, -1);
}
