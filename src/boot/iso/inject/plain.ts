import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '../../../base/scope.ts';
import type { CpioEntry } from '../../cpio.ts';
import type { Additions } from '../../live/additions.ts';
import { entriesInPlace } from '../../live/in-place.ts';
import { emptyLayout } from '../../live/layout.ts';
import type { IsoChange } from './rewrite.ts';
import { wholeFiles } from './whole-files.ts';

/** What is injected as files of the ISO itself, at the same paths there; an ISO has no room for devices. */
export async function plainChanges(
  scope: Scope,
  additions: Additions,
  directory: string,
): Promise<IsoChange[]> {
  const changes: IsoChange[] = [];
  for (const { entry, sameAs } of wholeFiles(entriesInPlace(scope, additions, emptyLayout()))) {
    changes.push(...(await changeOf(scope, entry, sameAs ?? entry, directory)));
  }
  return changes;
}

async function changeOf(
  scope: Scope,
  entry: CpioEntry,
  whole: CpioEntry,
  directory: string,
): Promise<IsoChange[]> {
  const path = `/${entry.path}`;
  if (entry.kind === 'directory') return [{ kind: 'directory', path, mode: entry.mode }];
  if (entry.kind === 'symlink') return [{ kind: 'symlink', path, target: entry.target }];
  if (whole.kind === 'file') {
    const { content, mode } = whole;
    if ('file' in content) return [{ kind: 'file', path, from: content.file, mode }];
    const from = join(directory, 'text');
    await writeFile(from, content); // the environment, the only one of them
    return [{ kind: 'file', path, from, mode }];
  }
  scope.warn(`${entry.path} is a ${entry.kind}, and left out.`);
  return [];
}
