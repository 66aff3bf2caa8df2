import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest in their layer, or in those that are run with it, longest first. */
const dearest = [
  ...['qemu/live-iso', 'cli/tutorials', 'qemu/forks', 'qemu/reach', 'qemu/debian', 'web/console', 'cli/run'],
  ...['cli/image-build', 'game/virt', 'qemu/subjects', 'qemu/saves-at-once', 'cli/readme', 'qemu/live'],
  ...['crash/killed-snapshots', 'qemu/deploy', 'web/reach', 'web/machines', 'qemu/engine-contract'],
  ...['crash/killed-commands', 'qemu/supervision', 'cli/other-host', 'process/initramfs'],
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
