import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { Undo } from '../base/undo.ts';
import { highest } from '../base/versions.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { debianKernel, isAptError } from './debian-kernel.ts';
import { hostKernel } from './host-kernel.ts';
import type { KernelFiles, KernelSource } from './kernel-source.ts';
import { kernelOfTree } from './tree-kernel.ts';

/**
 * The kernel for what brings none: Debian's newest generic one, unpacked once and kept in `cache`, or the host's own
 * where there is no apt.
 * @throws `file-missing` where there is none at all, `command-failed` where it cannot be downloaded
 */
export async function usualKernel(scope: Scope, cache: string): Promise<KernelFiles> {
  const kernels = join(cache, 'kernels');
  const there = highest(namesIn(kernels));
  const kept = there && kernelOfTree(join(kernels, there));
  if (kept) return kept;
  const host = hostKernel();
  try {
    const debian = await debianKernel(scope, cache);
    if (debian) return await keep(scope, kernels, debian);
  } catch (error) {
    if (!host || !isAptError(error)) throw error;
    scope.warn(`${error.details.doing} failed; the host's own kernel is taken instead.`);
  }
  if (host) return await host.open(scope, kernels);
  throw new VivariumError('file-missing', { file: '/boot/vmlinuz', what: 'A kernel for the guest, such as' });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Unpacks a kernel under a hidden name and puts it into its place; whoever comes second finds it there. */
async function keep(scope: Scope, kernels: string, source: KernelSource): Promise<KernelFiles> {
  const place = join(kernels, source.label.replaceAll(/[^\w.+~-]+/g, '_'));
  const draft = temporaryName(place);
  await using undo = new Undo();
  undo.push(() => rmSync(draft, { recursive: true, force: true }));
  mkdirSync(draft, { recursive: true });
  const files = await source.open(scope, draft);
  if (!existsSync(place)) renameSync(draft, place);
  return kernelOfTree(place) ?? files;
}
