import {
  appendFileSync,
  constants,
  copyFileSync,
  createReadStream,
  createWriteStream,
  renameSync,
  statSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeLiveAdditions } from '../../boot/live/kept-initrd.ts';
import type { LiveKernel } from '../../boot/live/live-kernel.ts';
import { writeSegment } from '../../boot/live/segment.ts';
import { isNothing } from './additions.ts';
import type { Context } from './context.ts';
import { inStage } from './kernel-file.ts';

/** The name of an initrd that is made for a run, in the machine's directory. */
export const initrdFile = 'initrd';

/**
 * Puts what is to be added behind an initrd: one file of several archives, each packed by itself, which the kernel
 * unpacks one over the other (Documentation/driver-api/early-userspace/buffer-format.rst).
 * @param base an absolute path; undefined where there is none
 * @param root whether the initramfs stays the guest's root directory
 * @param kernel gives a job its modules, where that is known and the initramfs has none
 * @returns the file for machine.yaml, and words for the kernel's command line
 */
export async function withAdditions(
  { scope, stage, additions }: Pick<Context, 'scope' | 'stage' | 'additions'>,
  base: string | undefined,
  root: 'initramfs' | 'elsewhere',
  kernel?: LiveKernel,
): Promise<{ initrd: string | undefined; append: string[] }> {
  if (isNothing(additions)) return { initrd: base && inStage(stage, base), append: [] };
  const segment = join(stage, 'segment');
  const initrd = join(stage, initrdFile);
  const { append } = await writeSegment(scope, { to: segment, base, root, additions, kernel });
  if (base && dirname(base) === stage) renameSync(base, initrd);
  else if (base) await appendTo(initrd, base);
  await appendTo(initrd, segment);
  await rm(segment);
  return { initrd: initrdFile, append };
}

/** The live initrd with what is to be added, as a file of the stage. @returns words for the kernel's command line */
export async function withLiveInitrd(
  { scope, stage, additions }: Pick<Context, 'scope' | 'stage' | 'additions'>,
  live: string,
): Promise<string[]> {
  const segment = join(stage, 'segment');
  const append = await writeLiveAdditions(scope, segment, additions);
  copyFileSync(live, join(stage, initrdFile), constants.COPYFILE_FICLONE);
  if (!isNothing(additions)) {
    await appendTo(join(stage, initrdFile), segment);
    await rm(segment);
  }
  return append;
}

/**
 * Writes a file behind another one, with zeros between: an archive begins at a multiple of four bytes, and what is
 * packed by lz4 ends at a size of 0.
 */
export async function appendTo(file: string, more: string): Promise<void> {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0) appendFileSync(file, Buffer.alloc(8 - (size % 4)));
  await pipeline(createReadStream(more), createWriteStream(file, { flags: 'a' }));
}
