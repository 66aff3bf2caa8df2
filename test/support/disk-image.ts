import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage } from '../../src/image/build.ts';
import { writeOverlay } from '../../src/image/overlay.ts';
import { type Image, kernelIn, readImage } from '../../src/image/store.ts';
import { Scope } from '../../src/index.ts';
import { readQcow2 } from '../../src/qemu/qcow2.ts';
import { sharedHome } from './place.ts';

const mebibyte = 2 ** 20;

/**
 * Builds an image of a disk that boots in two seconds: the tiny guest's kernel, and an ext4 file system of 8 MiB with
 * a file `from-image`, which the guest mounts on /data.
 */
export async function buildDiskImage(
  vmdir: string,
  name: string,
  format: 'qcow2' | 'raw' = 'raw',
): Promise<Image> {
  const scope = new Scope();
  const kernel = kernelIn(readImage(sharedHome, 'tiny'));
  if (!kernel) throw new Error('the tiny image has no kernel');
  const request = { vmdir, name, inputs: format, rebuild: false };
  return await buildImage(scope, request, async (directory) => {
    const disk = `disk.${format}`;
    const raw = join(directory, 'disk.raw');
    const tree = join(directory, 'tree');
    execFileSync('sh', ['-c', 'mkdir "$0" && echo of the image >"$0/from-image"', tree]);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', tree, raw, '8M'], { stdio: 'ignore' });
    rmSync(tree, { recursive: true });
    if (format === 'qcow2') {
      execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, join(directory, disk)]);
      rmSync(raw);
    }
    for (const role of ['kernel', 'bzImage', 'initrd'] as const)
      copyFileSync(kernel[role], join(directory, role));
    const size = 64 * mebibyte;
    const overlay = await writeOverlay(scope, directory, { name, disk, format, size });
    if (!readQcow2(join(directory, overlay))) throw new Error('the overlay is no qcow2 file');
    return {
      kind: 'disk',
      format,
      size,
      minimum: 8 * mebibyte,
      seed: 'none',
      append: kernel.append,
      source: { test: 'one file' },
      files: { disk, overlay, kernel: 'kernel', bzImage: 'bzImage', initrd: 'initrd' },
    };
  });
}
