import { constants, copyFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { QuickFile } from '../../boot/quick-files.ts';
import { quickInitrd } from '../../boot/quick-initrd.ts';
import { quickKernel } from '../../boot/quick-kernel.ts';
import type { Context } from './context.ts';

/**
 * The form of a kernel in which it starts soonest.
 * @param file absolute; one in the stage may be gone afterwards
 * @returns the file for machine.yaml
 */
export async function kernelFile(context: Context, file: string): Promise<string> {
  const { scope, home, firmware, stage } = context;
  if (firmware === 'uefi') return inStage(stage, file);
  return taken(context, file, await quickKernel(scope, home.cache, file), 'vmlinux');
}

/** The form of an initramfs that the guest is done with soonest; for a machine that is kept, as it is. */
export async function initrdBase({ scope, home, parameters }: Context, file: string): Promise<string> {
  return parameters.keep === undefined ? (await quickInitrd(scope, home.cache, file)).file : file;
}

/** What lies in the stage comes into the machine's directory, where it has the same name. */
export function inStage(stage: string, path: string): string {
  return dirname(path) === stage ? basename(path) : path;
}

/** A file of the cache can vanish: a machine that is kept gets a copy. */
function taken(
  { stage, parameters }: Context,
  file: string,
  { file: quick }: QuickFile,
  name: string,
): string {
  if (quick === file) return inStage(stage, file);
  if (dirname(file) === stage) rmSync(file);
  if (parameters.keep === undefined) return quick;
  copyFileSync(quick, join(stage, name), constants.COPYFILE_FICLONE);
  return name;
}
