import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../../base/scope.ts';
import type { CpioEntry } from '../cpio.ts';

/** Stands in for initramfs/tree-entries.ts until that is merged. */
export function* treeEntries(
  _scope: Scope,
  from: string,
  { at }: { at: string; exclude?: readonly string[] },
): Generator<CpioEntry> {
  const path = at.replace(/^\//, '');
  const stats = lstatSync(from);
  const mode = stats.mode & 0o7777;
  if (stats.isSymbolicLink()) yield { kind: 'symlink', path, target: readlinkSync(from) };
  else if (stats.isFile()) yield { kind: 'file', path, mode, content: { file: from } };
  else if (stats.isDirectory()) {
    if (path !== '') yield { kind: 'directory', path, mode };
    for (const name of readdirSync(from))
      yield* treeEntries(_scope, join(from, name), { at: join('/', path, name) });
  }
}
