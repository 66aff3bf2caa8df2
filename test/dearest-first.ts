import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest in their layer, longest first. */
const dearest = [
  ...['live-iso', 'supervision', 'debian', 'reach', 'subjects', 'deploy', 'live', 'iso'],
  ...['run', 'tutorials', 'image-build', 'readme'],
  ...['killed-commands', 'killed-processes', 'killed-builds'],
];

/** A file that takes long is begun first, so that at the end none is waited for alone; the others follow as ever. */
export class DearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const at = project.name === 'unit' ? -1 : dearest.indexOf(basename(moduleId, '.test.ts'));
      return at < 0 ? dearest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
