import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '../../../base/scope.ts';
import type { IsoContents } from '../contents.ts';
import { copyFromEfi, efiTree, mtool } from '../efi-image.ts';
import type { Draft } from './draft.ts';

/** Room for directories and tables, in bytes beside each file and in all. */
const besideFile = 2 ** 16;
const inAll = 2 ** 21;

/** From here on FAT 32 is needed. */
const large = 2 ** 28;

/**
 * Writes the EFI boot image of an ISO anew, as large as its files need, with others in the place of some of them.
 * @param replaced files of the host by their paths in the image
 * @returns the new image
 * @throws `disk-full`, `tool-missing`, `command-failed`
 */
export async function efiImageWith(
  scope: Scope,
  iso: IsoContents,
  replaced: ReadonlyMap<string, string>,
  { directory, iso: writes }: Draft,
): Promise<string> {
  const doing = `Writing the EFI boot image of ${writes}`;
  const to = join(directory, 'efi');
  const { files, directories } = await efiTree(scope, iso);
  const held = join(directory, 'efi.file');
  const taken = async (path: string) => {
    const ours = replaced.get(path);
    if (ours === undefined) await copyFromEfi(scope, iso, path, held);
    return ours ?? held;
  };
  const sizes = await Promise.all([...replaced.values()].map(async (file) => (await stat(file)).size));
  const old = iso.images.find(({ platform }) => platform === 'UEFI')?.length ?? 0;
  const size = [old, ...sizes, files.length * besideFile, inAll].reduce((sum, bytes) => sum + bytes, 0);
  const fat32 = size >= large ? ['-F'] : [];
  const run = (tool: string, args: string[]) => mtool(scope, tool, args, { doing, writes });
  await run('mformat', ['-C', '-i', to, '-T', String(Math.ceil(size / 2 ** 20) * 2048), ...fat32, '::']);
  for (const path of directories) await run('mmd', ['-i', to, `::${path}`]);
  for (const path of files) {
    await run('mcopy', ['-n', '-i', to, await taken(path), `::${path}`]);
    await rm(held, { force: true });
  }
  return to;
}
