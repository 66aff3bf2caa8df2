import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../src/host/package-files.ts';
import { packagesOf, usualRelease } from '../src/image/debian-releases.ts';
import { mmdebstrapArguments } from '../src/image/debian-tree.ts';
import { type Bench, node, vm } from './bench.ts';
import type { Benchmark } from './benchmark.ts';
import { paired } from './paired.ts';
import { programTime } from './program-time.ts';

export const buildDebian: Benchmark = {
  name: 'build-debian',
  how:
    '`vm image build debian --rebuild` against mmdebstrap that writes a tree of the same packages, with the same ' +
    'options, to a tar. Ours then also configures it, writes a bootable disk and digests it.',
  measure: async (bench) => [
    await paired(bench, {
      what: '`vm image build debian`',
      over: 'mmdebstrap to a tar',
      bar: 1.5,
      pairs: 3,
      warmUps: 0,
      ours: () => {
        const took = programTime(node, [vm, 'image', 'build', 'debian', '--rebuild'], { env: bench.env });
        rmSync(join(bench.vmdir, '.images/debian'), { recursive: true });
        return took;
      },
      theirs: () => tarByMmdebstrap(bench),
    }),
  ],
};

function tarByMmdebstrap(bench: Bench): number {
  const tree = join(bench.directory, 'debian.tar');
  const packages = packagesOf(usualRelease) ?? [];
  const args = mmdebstrapArguments({ suite: usualRelease, packages, tree });
  // As ours, but for what is ours alone: the form of the output, and the hook that configures a machine.
  const plain = args.filter((it) => !it.startsWith('--format') && !it.startsWith('--customize-hook'));
  // Of the stage the hook that stays in needs no more than what lies in guest/debian.
  const env = { ...bench.env, VIVARIUM_STAGE: packageFile('guest/debian'), packages: packages.join(' ') };
  const took = programTime('mmdebstrap', plain, { env });
  rmSync(tree);
  return took;
}
