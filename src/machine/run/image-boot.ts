import { join } from 'node:path';
import { copyOverlay } from '../../image/overlay.ts';
import { type Image, type ImageKernel, kernelIn } from '../../image/store.ts';
import { machineFiles } from '../files.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { withAdditions } from './initrd.ts';
import { bootIso } from './iso-boot.ts';
import { kernelFile } from './kernel-file.ts';
import { checkNothingAdded } from './nothing-added.ts';
import { kernelAt } from './subject.ts';

/** An image of $VMDIR: its kernel directly where it has one, over a disk of its own. */
export async function bootImage(context: Context, image: Image): Promise<Boot> {
  if (image.kind === 'iso') return await bootIso(context, join(image.directory, image.files.iso.file));
  const { scope, stage, firmware } = context;
  const kernel = firmware === undefined || image.kind === 'kernel' ? kernelIn(image) : undefined;
  const direct = kernel && (await directly(context, image, kernel));
  if (!direct) checkNothingAdded(context, image.name);
  if (image.kind === 'disk') await copyOverlay(scope, image, join(stage, machineFiles.drive), image.size);
  return {
    how: `${image.name}${direct ? ' directly' : ''}`,
    spec: {
      image: image.name,
      ...direct,
      ...(image.kind === 'disk' && { disks: [{ file: machineFiles.drive }] }),
    },
    advice: [],
  };
}

/** The image's kernel, or another one with its initrd and command line. */
async function directly(context: Context, image: Image, found: ImageKernel): Promise<Boot['spec']> {
  const { parameters, firmware, name } = context;
  const root = image.kind === 'kernel' ? 'initramfs' : 'elsewhere';
  const { initrd, append } = await withAdditions(context, found.initrd, root);
  const own = firmware === 'uefi' ? found.bzImage : found.kernel;
  return {
    kernel: parameters.kernel ? await kernelFile(context, kernelAt(parameters.kernel)) : own,
    initrd,
    append: commandLine(found.append, `vivarium.name=${name}`, toldBy(parameters), append),
  };
}
