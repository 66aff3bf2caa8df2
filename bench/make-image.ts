import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage } from '../src/image/build.ts';
import { writeOverlay } from '../src/image/overlay.ts';
import { Scope } from '../src/index.ts';
import { type Bench, node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

const size = 10 * 2 ** 30;

export const makeImage: Benchmark = {
  name: 'make-image',
  how:
    '`vm make NAME --image` of an image of 10 GB, against `qemu-img create -b` of an overlay of the same disk and, ' +
    'as no Node program can be quicker than Node, `node -e 0`: each from spawn to end.',
  measure: async (bench) => {
    const disk = await buildEmptyImage(bench, 'base');
    const overlay = join(bench.directory, 'overlay.qcow2');
    const create = ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', disk, overlay];
    let count = 0;
    return [
      await paired(bench, {
        what: '`vm make --image` of 10 GB',
        over: '`qemu-img create -b` and `node -e 0`',
        bar: 1,
        pairs: 60,
        ours: () => {
          const name = `made-${count++}`;
          const took = programTime(node, [vm, 'make', name, '--image', 'base'], { env: bench.env });
          rmSync(join(bench.vmdir, name), { recursive: true });
          return took;
        },
        theirs: () => {
          const took =
            programTime('qemu-img', create, {}) + programTime(node, ['-e', '0'], { env: bench.env });
          rmSync(overlay);
          return took;
        },
      }),
    ];
  },
};

/** @returns the path of the image's disk */
async function buildEmptyImage(bench: Bench, name: string): Promise<string> {
  const scope = new Scope({ signal: bench.signal });
  const disk = 'disk.qcow2';
  const request = { vmdir: bench.vmdir, name, inputs: '', rebuild: false };
  const { directory } = await buildImage(scope, request, async (directory) => {
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(directory, disk), String(size)]);
    const overlay = await writeOverlay(scope, directory, { name, disk, format: 'qcow2', size });
    const files = { disk, overlay };
    return { kind: 'disk', format: 'qcow2', size, minimum: size, seed: 'cloud-init', source: {}, files };
  });
  return join(directory, disk);
}
