import { globSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Cartridge } from './cartridge.ts';

type Built = Pick<Cartridge, 'directory' | 'output'>;

/** What has come out of builds, the newest first; absolute paths. */
export function outputs({ directory, output }: Built): string[] {
  return globSync(output, { cwd: directory })
    .map((path) => resolve(directory, path))
    .flatMap((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isFile() ? [{ path, changed: stats.mtimeMs }] : [];
    })
    .sort((a, b) => b.changed - a.changed)
    .map(({ path }) => path);
}

/** What `vm run` boots and `vm deploy` writes. @throws `output-missing` */
export function newestOutput({ directory, output }: Built): string {
  const [newest] = outputs({ directory, output });
  if (newest === undefined) throw new VivariumError('output-missing', { directory, output });
  return newest;
}

/** The directory into which output goes, be it there or not. */
export function outputDirectory({ directory, output }: Built): string {
  const plain = /^(?:[^*?[\]{}]*\/)?/.exec(output)?.[0] ?? '';
  return resolve(directory, dirname(`${plain}x`));
}
