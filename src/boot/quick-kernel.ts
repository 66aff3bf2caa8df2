import { writeFile } from 'node:fs/promises';
import { errnoOf, isVivariumError, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { openBytes } from '../host/file-bytes.ts';
import { hasPvh, readVmlinux } from './kernel.ts';
import { packingOf } from './packing.ts';
import { madeBefore, type Original, type QuickFile, quickFile } from './quick-files.ts';

const suffix = '.kernel-1';

/**
 * A kernel as QEMU starts it soonest: its ELF image, unpacked on the host, where that has the entry point for PVH.
 * UEFI takes the original alone.
 * @throws `file-missing`, or `tool-missing` for the tool that unpacks it
 */
export async function quickKernel(scope: Scope, cache: string, original: Original): Promise<QuickFile> {
  const made = madeBefore(cache, original, suffix);
  if (made) return made;
  const { key } = original;
  const file = await original.open();
  if (isElf(file)) return { file, reason: 'it is an ELF image already' };
  return await quickFile(scope, { cache, file, suffix, key }, async (draft) => {
    try {
      const vmlinux = await readVmlinux(scope, file);
      if (!hasPvh(vmlinux)) return 'its ELF image has no entry point for PVH';
      await writeFile(draft, vmlinux);
      return undefined;
    } catch (error) {
      // Of what is no usual kernel QEMU knows more than is known here: other boot protocols, for one.
      if (!isVivariumError(error, 'kernel-unreadable')) throw error;
      return error.details.problem;
    }
  });
}

function isElf(file: string): boolean {
  try {
    using bytes = openBytes(file);
    return packingOf(bytes.at(0, 4)) === 'none';
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('file-missing', { file, what: 'The kernel' }, { cause: error });
  }
}
