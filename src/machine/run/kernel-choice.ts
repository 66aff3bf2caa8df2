import { kernelWithModules } from '../../boot/kernel-modules.ts';
import type { KernelFiles } from '../../boot/kernel-source.ts';
import { kernelOfTree } from '../../boot/tree-kernel.ts';
import { usualKernel } from '../../boot/usual-kernel.ts';
import type { Context } from './context.ts';
import { kernelAt } from './subject.ts';

export interface KernelToBoot {
  bzImage: string;
  /** Undefined where no modules of it are known. */
  found: KernelFiles | undefined;
}

/** The kernel for a tree that is to be booted: the one that was asked for, its own, or the usual one. */
export async function kernelFor({ scope, home, parameters }: Context, tree: string): Promise<KernelToBoot> {
  if (parameters.kernel !== undefined) {
    const bzImage = kernelAt(parameters.kernel);
    return { bzImage, found: kernelWithModules(bzImage, [tree]) };
  }
  const found = kernelOfTree(tree) ?? (await usualKernel(scope, home.cache));
  return { bzImage: found.bzImage, found };
}
