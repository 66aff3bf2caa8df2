import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { VivariumError } from '../../../base/errors.ts';
import { isAbandoned, temporaryName } from '../../../host/atomic-file.ts';
import { removeDirectory } from '../../../host/remove-directory.ts';
import { literally } from '../../initramfs/exclude.ts';
import type { Injection } from '../../live/additions.ts';

/** Where a new ISO comes together. */
export interface Draft {
  /** On the file system of the ISO that it is for. */
  directory: string;
  /** What errors name. */
  iso: string;
}

/**
 * Makes a directory beside the ISO to be written; what killed calls have left there is removed.
 * @throws `file-unwritable`
 */
export async function newDraft(iso: string): Promise<Draft> {
  const [parent, name] = [dirname(resolve(iso)), basename(iso)];
  if (!existsSync(parent)) {
    throw new VivariumError('file-unwritable', { file: iso, problem: 'there is no such directory' });
  }
  for (const left of readdirSync(parent)) {
    if (left.startsWith(`.${name}.`) && isAbandoned(left)) await removeDirectory(join(parent, left));
  }
  const directory = temporaryName(resolve(iso));
  await mkdir(directory, { mode: 0o700 });
  return { directory, iso };
}

/** What is injected, but for the draft, where that lies in a tree. */
export function withoutDraft(inject: readonly Injection[], { directory }: Draft): Injection[] {
  return inject.map((it) => {
    const path = relative(resolve(it.from), directory);
    if (path.startsWith('..')) return it;
    return { ...it, exclude: [...(it.exclude ?? []), `/${literally(path)}`] };
  });
}
