import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { runAsPrivateRoot } from '../host/private-root.ts';
import { runTool } from '../host/run-tool.ts';
import { contentOf, type DiskLayout, layoutFor, partitionTable } from './disk-layout.ts';

/**
 * Writes a bootable disk, without mounting anything.
 * @param tree becomes the root file system; its files belong to a private root
 * @param esp becomes the EFI system partition
 * @param file raw, sparse, as small as the tree allows
 * @param uuid of the root file system
 * @returns bytes of the disk
 */
export async function writeDebianDisk(
  scope: Scope,
  { tree, esp, file, uuid }: { tree: string; esp: string; file: string; uuid: string },
): Promise<number> {
  scope.step('Writing the disk');
  const doing = 'Writing the disk';
  const sizes = await runAsPrivateRoot(scope, 'find', [tree, '-printf', '%s\\n'], { doing });
  const layout = layoutFor(contentOf(sizes.stdout.toString()));
  const bytes = layout.disk * 2 ** 20;
  await writeFile(file, '');
  await truncate(file, bytes);
  await runTool(scope, 'sfdisk', ['--quiet', file], { doing, input: partitionTable(layout) });
  await writeEsp(scope, esp, file, layout);
  await runAsPrivateRoot(
    scope,
    'mke2fs',
    [
      ...['-q', '-t', 'ext4', '-b', '4096', '-m', '1', '-L', 'root', '-U', uuid],
      ...['-E', `offset=${layout.rootStart * 2 ** 20},lazy_itable_init=1,lazy_journal_init=1`],
      ...['-d', tree, file, `${layout.root}M`],
    ],
    { doing, writes: file },
  );
  return bytes;
}

async function writeEsp(scope: Scope, from: string, file: string, { esp }: DiskLayout): Promise<void> {
  const doing = "Writing the boot loader's partition";
  const partition = ['-i', `${file}@@1M`];
  const sectors = String((esp * 2 ** 20) / 512);
  await runTool(
    scope,
    'mformat',
    [...partition, '-F', '-v', 'ESP', '-T', sectors, '-h', '64', '-s', '32', '::'],
    { doing, writes: file },
  );
  const content = (await readdir(from)).map((entry) => join(from, entry));
  const env = { ...process.env, LC_ALL: 'C', MTOOLS_SKIP_CHECK: '1' };
  await runTool(scope, 'mcopy', [...partition, '-s', ...content, '::'], { doing, env, writes: file });
}
