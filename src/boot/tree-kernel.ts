import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { highest } from '../base/versions.ts';
import { isReadable } from '../host/is-readable.ts';
import type { KernelFiles } from './kernel-source.ts';

/** The newest kernel of a system's tree that has its modules beside it; undefined where none may be read. */
export function kernelOfTree(tree: string): KernelFiles | undefined {
  const prefix = 'vmlinuz-';
  const boot = join(tree, 'boot');
  const releases = (existsSync(boot) ? readdirSync(boot) : [])
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  const files = releases.flatMap((release) => {
    const bzImage = join(boot, `${prefix}${release}`);
    const modules = ['usr/lib/modules', 'lib/modules']
      .map((path) => join(tree, path, release))
      .find((path) => existsSync(path));
    return modules && isReadable(bzImage) ? [{ release, bzImage, modules }] : [];
  });
  const newest = highest(files.map(({ release }) => release));
  return files.find(({ release }) => release === newest);
}
