import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KernelFiles } from './kernel-source.ts';

/**
 * A kernel with the modules that were installed for it: into one of `trees`, beside the kernel (`TREE/boot/vmlinuz`
 * and `TREE/lib/modules`), or into the host; undefined where there are none, and all that it needs is part of it.
 * @param file a bzImage; of an ELF file nothing is known
 */
export function kernelWithModules(file: string, trees: readonly string[]): KernelFiles | undefined {
  const release = releaseOf(file);
  if (release === undefined) return undefined;
  const beside = dirname(dirname(realpathSync(file)));
  const modules = [...trees, beside, '/']
    .flatMap((tree) => ['usr/lib/modules', 'lib/modules'].map((path) => join(tree, path, release)))
    .find((path) => existsSync(path));
  return modules === undefined ? undefined : { release, bzImage: file, modules };
}

/**
 * `uname -r` of a bzImage. Its header points to the text `6.1.0-56-amd64 (who@where) #1 SMP …` (kernel_version of
 * Documentation/arch/x86/boot.rst).
 */
export function releaseOf(file: string): string | undefined {
  const head = Buffer.alloc(0x8000);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const at = head.readUInt16LE(0x20e);
  if (head.toString('latin1', 0x202, 0x206) !== 'HdrS' || at === 0) return undefined;
  return /^[\w.+~-]+/.exec(head.toString('latin1', at + 0x200, at + 0x200 + 128))?.[0];
}
