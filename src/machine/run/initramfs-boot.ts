import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packToFile } from '../../boot/initramfs/pack.ts';
import { commandLine, toldBy } from './command-line.ts';
import type { Boot, Context } from './context.ts';
import { withAdditions } from './initrd.ts';
import { kernelFor } from './kernel-choice.ts';
import { kernelFile } from './kernel-file.ts';

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

/** A directory, packed as an initramfs that stays the root: all of it once, and then what has changed. */
export async function bootInitramfs(context: Context, directory: string): Promise<Boot> {
  const packed = await pack(context, directory);
  const { bzImage, found } = await kernelFor(context, directory);
  const { initrd, append } = await withAdditions(context, packed.file, 'initramfs', found);
  const foundByKernel = lstatSync(join(directory, 'init'), { throwIfNoEntry: false });
  const init = context.additions.job || foundByKernel ? undefined : 'rdinit=/sbin/init';
  const most = 2 ** 20;
  return {
    how: `${basename(directory)} as an initramfs`,
    spec: {
      kernel: await kernelFile(context, bzImage),
      initrd,
      append: commandLine(init, toldBy(context.parameters), append),
    },
    memory: Math.ceil((packed.bytes * memoryFactor + own) / most) * most,
    advice: [],
  };
}

/** Not compressed: that would be paid for in the guest. */
async function pack({ scope, home, parameters, stage }: Context, directory: string) {
  const kept = join(home.cache, 'packed');
  mkdirSync(kept, { recursive: true });
  const key = createHash('sha256').update(directory).digest('hex');
  const to = parameters.keep === undefined ? join(kept, `${key}.cpio`) : join(stage, 'initramfs');
  const owner = process.getuid?.() === 0 ? 'keep' : 'root';
  const request = {
    tree: directory,
    exclude: [],
    env: home.env,
    owner,
    compression: 'none',
    level: 1,
  } as const;
  const { bytes } = await packToFile(scope, request, { file: to, kept, full: false });
  return { file: to, bytes };
}
