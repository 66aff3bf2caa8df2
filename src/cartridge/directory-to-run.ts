import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunParameters } from '../machine/run/parameters.ts';
import { cartridgeFile } from './files.ts';

/** The directory of the cartridge that is to be run, if it is one. */
export function directoryToRun({ what, kernel, root, initramfs }: RunParameters): string | undefined {
  if (kernel !== undefined || root !== undefined || initramfs !== undefined) return undefined;
  const directory = what ?? '.';
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return existsSync(join(directory, cartridgeFile)) ? directory : undefined;
}
