import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dirname, join as joinInIso } from 'node:path/posix';
import type { Scope } from '../../../base/scope.ts';
import type { Additions } from '../../live/additions.ts';
import { entriesInPlace } from '../../live/in-place.ts';
import type { IsoContents } from '../contents.ts';
import type { IsoFile } from '../listing.ts';
import { listedModules, moduleList } from '../live-layers.ts';
import type { Draft } from './draft.ts';
import type { IsoChange } from './rewrite.ts';
import { overlaid, squashfsLayout, writeSquashfs } from './squashfs.ts';

/** After the name of the system's own root in the order of letters, in which live-boot lays one over the other. */
const name = 'vivarium.squashfs';

/**
 * A further root file system, which live-boot lays over the system's own: nothing of it takes up the guest's memory.
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function moduleChanges(
  scope: Scope,
  iso: IsoContents,
  root: IsoFile,
  additions: Additions,
  draft: Draft,
): Promise<IsoChange[]> {
  const below = await squashfsLayout(scope, iso.file, root.extents[0]?.offset ?? 0);
  const from = join(draft.directory, name);
  await writeSquashfs(scope, overlaid(entriesInPlace(scope, additions, below), below), from, draft.iso);
  const directory = dirname(root.path);
  const module: IsoChange = { kind: 'file', path: joinInIso(directory, name), from, mode: 0o444 };
  return [module, ...(await listed(iso, directory, draft.directory))];
}

/** Where a list names the modules, it has to name this one. */
async function listed(iso: IsoContents, directory: string, draft: string): Promise<IsoChange[]> {
  const list = moduleList(iso, directory);
  if (!list) return [];
  const names = listedModules(iso, list).filter((it) => it !== name);
  const from = join(draft, 'filesystem.module');
  await writeFile(from, `${[...names, name].join('\n')}\n`);
  return [{ kind: 'file', path: list.path, from, mode: 0o444 }];
}
