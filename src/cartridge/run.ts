import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { parseSize } from '../base/sizes.ts';
import { temporaryName, writeFileAtomic } from '../host/atomic-file.ts';
import type { RunParameters } from '../machine/run/parameters.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { uefiFiles } from '../qemu/firmware-files.ts';
import { type Cartridge, openCartridge } from './cartridge.ts';
import { statePath } from './files.ts';
import { newestOutput } from './output.ts';

/** `--disk` alone: the disk to which the cartridge's system was installed. */
const installed = 'installed';

/**
 * What is run for a cartridge: its newest ISO with what is to be injected as it is now, or the disk to which that was
 * installed. What is asked for goes before what cartridge.yaml says.
 * @throws `cartridge-invalid`, `output-missing`, `subject-unfit` where nothing was installed, `disk-full`
 */
export async function cartridgeRun(scope: Scope, path: string, asked: RunParameters): Promise<RunParameters> {
  const cartridge = openCartridge(path);
  const said = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const settings: RunParameters = { ...settingsOf(cartridge), ...said };
  const run = {
    ...settings,
    what: undefined,
    cartridge: cartridge.directory,
    stem: cartridge.name,
    ...(isUefi(settings) && { uefiVariables: uefiVariables(cartridge) }),
  };
  if (asked.disk?.includes(installed)) {
    const disk = asked.disk.filter((it) => it !== installed);
    return { ...run, installed: installedDisk(cartridge), disk };
  }
  const what = newestOutput(cartridge);
  const disk = await freshDisks(scope, cartridge, settings.disk ?? []);
  // What goes through a boot loader has what was injected when it was built.
  const byLoader = settings.firmware !== undefined || isUefi(settings) || settings.direct === false;
  return { ...run, what, disk, ...(!byLoader && { injections: cartridge.inject, variables: cartridge.env }) };
}

const isUefi = ({ firmware, uefi }: RunParameters): boolean => firmware === 'uefi' || uefi === true;

/** What cartridge.yaml says of runs; files are the project's. */
function settingsOf({ directory, run }: Cartridge): Omit<RunParameters, 'command'> {
  const inProject = (path: string) => resolve(directory, path);
  return {
    ...run,
    inject: run.inject?.map(inProject),
    share: run.share?.map(inProject),
    disk: run.disk?.map((it) => (parseSize(it) === undefined ? inProject(it) : it)),
  };
}

/** The first new disk stays in the project, so that what is installed there can be booted: it is new for each ISO. */
async function freshDisks(
  scope: Scope,
  { directory }: Cartridge,
  disks: readonly string[],
): Promise<string[]> {
  const first = disks.findIndex((it) => parseSize(it) !== undefined);
  if (first < 0) return [...disks];
  const file = statePath(directory, 'disk');
  mkdirSync(dirname(file), { recursive: true });
  const draft = temporaryName(file);
  try {
    await createDisk(scope, draft, parseSize(disks[first] as string) as number);
    renameSync(draft, file); // a machine that still has the old one keeps it
  } finally {
    rmSync(draft, { force: true });
  }
  return disks.with(first, file);
}

function installedDisk({ directory }: Cartridge): string {
  const file = statePath(directory, 'disk');
  if (existsSync(file)) return file;
  throw new VivariumError('subject-unfit', {
    what: directory,
    problem: 'nothing was installed yet: no run had a new disk',
    next: `Give one to a run of its ISO: vm run ${directory} --disk 20G   Or always: run.disk in cartridge.yaml`,
  });
}

/** UEFI keeps there what it is to boot, which an installer sets. */
function uefiVariables({ directory }: Cartridge): string {
  const file = statePath(directory, 'uefiVariables');
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileAtomic(file, readFileSync(uefiFiles().variables));
  }
  return file;
}
