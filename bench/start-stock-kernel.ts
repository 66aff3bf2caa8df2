import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench } from './bench.ts';
import type { Benchmark, Ratio } from './benchmark.ts';
import { argvOf, bootByQemu, bootByVm } from './boot-time.ts';
import { buildCloudImage } from './cloud-image.ts';
import { paired } from './paired.ts';
import { buildTinyImage, kernelOf, makeMachine } from './tiny-machine.ts';

export const startStockKernel: Benchmark = {
  name: 'start-stock-kernel',
  how:
    'As above; the bare QEMU is given the distribution’s own bzImage of the same kernel and the same initramfs packed ' +
    'by gzip, all else being equal: what the unpacked kernel and initramfs of our images save.',
  measure: async (bench) => {
    await buildTinyImage(bench);
    await buildCloudImage(bench, 'cloud');
    return [
      await compare(bench, 'tiny', 'Debian’s generic kernel', 0.5, 10),
      await compare(bench, 'cloud', 'Debian’s cloud kernel', 0.9, 25),
    ];
  },
};

async function compare(
  bench: Bench,
  image: string,
  kernel: string,
  bar: number,
  pairs: number,
): Promise<Ratio> {
  const name = `stock-${image}`;
  await using _machine = await makeMachine(bench, name, image);
  const argv = stockArgv(bench, name, image);
  return await paired(bench, {
    what: `\`vm start\` to user space, ${kernel}`,
    over: 'bare QEMU, its bzImage and a gzip initramfs',
    bar,
    pairs,
    ours: () => bootByVm(bench, name),
    theirs: () => bootByQemu(bench, name, argv),
  });
}

/** The machine's command line with the kernel as the distribution ships it and the initramfs as gzip packs it. */
function stockArgv(bench: Bench, name: string, image: string): string[] {
  const kernel = kernelOf(bench, image);
  const initrd = join(bench.directory, `${image}.initrd.gz`);
  writeFileSync(initrd, gzipSync(readFileSync(kernel.initrd)));
  const argv = argvOf(bench, name);
  argv[argv.indexOf('-kernel') + 1] = kernel.bzImage;
  argv[argv.indexOf('-initrd') + 1] = initrd;
  return argv;
}
