import { constants, copyFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Original, originalOf } from '../../boot/quick-files.ts';
import { quickInitrd } from '../../boot/quick-initrd.ts';
import { quickKernel } from '../../boot/quick-kernel.ts';
import type { Context } from './context.ts';

/**
 * The form of a kernel in which it starts soonest.
 * @param kernel an absolute path, or what is yet to be taken from somewhere; a file in the stage may be gone afterwards
 * @returns the file for machine.yaml
 */
export async function kernelFile(context: Context, kernel: string | Original): Promise<string> {
  const { scope, home, firmware, stage, parameters } = context;
  const { key, open } = typeof kernel === 'string' ? originalOf(kernel) : kernel;
  if (firmware === 'uefi') return inStage(stage, await open());
  let opened: string | undefined;
  const original = {
    key,
    open: async () => {
      opened = await open();
      return opened;
    },
  };
  const { file } = await quickKernel(scope, home.cache, original);
  if (file === opened) return inStage(stage, file);
  if (opened !== undefined && dirname(opened) === stage) rmSync(opened);
  if (parameters.keep === undefined) return file;
  // A file of the cache can vanish: a machine that is kept gets a copy.
  copyFileSync(file, join(stage, 'vmlinux'), constants.COPYFILE_FICLONE);
  return 'vmlinux';
}

/** The form of an initramfs that the guest is done with soonest; for a machine that is kept, as it is. */
export async function initrdBase({ scope, home, parameters }: Context, file: string): Promise<string> {
  return parameters.keep === undefined ? (await quickInitrd(scope, home.cache, file)).file : file;
}

/** What lies in the stage comes into the machine's directory, where it has the same name. */
export function inStage(stage: string, path: string): string {
  return dirname(path) === stage ? basename(path) : path;
}
