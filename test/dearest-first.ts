import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest in their layer, or in those that are run with it, longest first. */
const dearest = [
  ...['cli/tutorials', 'qemu/reach', 'qemu/live-iso', 'cli/image-build', 'cli/run', 'qemu/debian'],
  ...['cli/readme', 'crash/killed-snapshots', 'qemu/live', 'qemu/forks', 'qemu/deploy', 'web/console'],
  ...[
    'qemu/saves-at-once',
    'game/virt',
    'web/machines',
    'qemu/supervision',
    'qemu/subjects',
    'web/reach',
    'cli/other-host',
    'qemu/engine-contract',
    'crash/killed-commands',
    'process/initramfs',
  ],
];

/** A file that takes long is begun first, so that at the end none is waited for alone; the others follow as ever. */
export class DearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = dearest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? dearest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
