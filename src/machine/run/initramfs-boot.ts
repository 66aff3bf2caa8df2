import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packInitramfs } from '../../boot/initramfs/pack.ts';
import { usualKernel } from '../../boot/usual-kernel.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { withAdditions } from './initrd.ts';
import { quickKernel } from './quick-kernel.ts';
import { file } from './subject.ts';

/** The first programs of a tree that a kernel looks for as an initramfs (init/main.c), and as a root directory. */
const inits = ['init', 'sbin/init'];

/** What the kernel needs of memory for an initramfs, as a multiple of it: the archive, its files, and its work. */
const memoryFactor = 3.2;

/** Bytes of memory for the system itself. */
const own = 512 * 2 ** 20;

/** Whether a tree has a first process of its own. */
export function hasInit(directory: string): boolean {
  return inits.some((path) => lstatSync(join(directory, path), { throwIfNoEntry: false }));
}

/** A directory, packed as an initramfs that stays the root. Nothing of it is packed in the guest's time. */
export async function bootInitramfs(context: Context, directory: string): Promise<Boot> {
  const { scope, home, stage, parameters } = context;
  const packed = join(stage, 'initramfs');
  const { bytes } = await packInitramfs(scope, directory, { to: packed, compress: 'none' });
  const kernel = parameters.kernel ? file(parameters.kernel) : (await usualKernel(scope, home.cache)).bzImage;
  const made = await withAdditions(context, packed, 'initramfs');
  const foundByKernel = lstatSync(join(directory, 'init'), { throwIfNoEntry: false });
  const init = context.additions.job || foundByKernel ? undefined : 'rdinit=/sbin/init';
  const most = 2 ** 20;
  return {
    how: `${basename(directory)} as an initramfs`,
    spec: {
      kernel: await quickKernel(context, kernel),
      initrd: made.initrd,
      append: commandLine(init, toldBy(parameters), made.append),
    },
    memory: Math.ceil((bytes * memoryFactor + own) / most) * most,
    advice: [],
  };
}
