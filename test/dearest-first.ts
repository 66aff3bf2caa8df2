import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest in their layer, longest first. */
const dearest = [
  ...['qemu/live-iso', 'qemu/supervision', 'qemu/debian', 'qemu/reach', 'qemu/subjects', 'qemu/deploy'],
  ...['qemu/live', 'qemu/iso'],
  ...['cli/run', 'cli/tutorials', 'cli/image-build', 'cli/readme'],
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
