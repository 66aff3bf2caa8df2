import { VivariumError } from '../../base/errors.ts';
import type { CpioEntry } from '../cpio-entry.ts';
import { type ByteName, byteName } from './byte-name.ts';
import type { Listed } from './device-list.ts';
import type { Excluded } from './scan.ts';

/** A list of entries that stand in the place of what a tree has, or are added to it. */
export interface ListedEntries {
  /** What stands in the place of something in the tree that is no directory: that is left out. */
  excluded: Excluded;
  /** What stands in the place of a directory of the tree. */
  directory(path: ByteName): CpioEntry | undefined;
  /** All that is added to a tree, each behind the directories that lead to it. */
  added(inTree: ReadonlySet<ByteName>): Generator<CpioEntry>;
}

/** @throws `devices-invalid` in `excluded`, for what would hide what is in a directory of the tree */
export function listedEntries(file: string, listed: readonly Listed[]): ListedEntries {
  const lines = new Map<ByteName, Listed & { entry: CpioEntry }>();
  for (const { line, entries } of listed) {
    for (const entry of entries) lines.set(byteName(entry.path), { line, entries, entry });
  }
  return {
    excluded: (path, directory) => {
      const found = lines.get(path);
      if (found && directory && found.entry.kind !== 'directory') {
        const problem = `${found.entry.path} is a directory of the tree, with what is in it`;
        throw new VivariumError('devices-invalid', { file, line: found.line, problem });
      }
      return found !== undefined && !directory;
    },
    directory: (path) => lines.get(path)?.entry,
    *added(inTree) {
      const there = new Set(inTree);
      for (const [path, { entry }] of lines) {
        if (inTree.has(path)) continue; // a directory, which has been there in its place
        for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
          const parent = path.slice(0, at);
          if (there.has(parent)) continue;
          there.add(parent);
          yield lines.get(parent)?.entry ?? { kind: 'directory', path: entry.path.slice(0, at), mode: 0o755 };
        }
        if (there.has(path)) continue;
        there.add(path);
        yield entry;
      }
    },
  };
}
