import { statSync } from 'node:fs';
import { release as runningRelease } from 'node:os';
import { isReadable } from '../host/is-readable.ts';
import type { KernelSource } from './kernel-source.ts';

/** The kernel that the host itself runs, as it lies on its disk; undefined where it may not be read. */
export function hostKernel(release = runningRelease()): KernelSource | undefined {
  const modules = `/lib/modules/${release}`;
  const bzImage = [`/boot/vmlinuz-${release}`, `${modules}/vmlinuz`].find(isReadable);
  if (!bzImage || !isReadable(modules)) return undefined;
  const { size, mtimeMs } = statSync(bzImage);
  return {
    label: `${bzImage} of ${size} bytes, ${new Date(mtimeMs).toISOString()}`,
    open: async () => ({ release, bzImage, modules }),
  };
}
