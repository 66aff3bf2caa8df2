import { join } from 'node:path';
import { parseSize } from '../../base/sizes.ts';
import type { WrittenSpec } from '../../protocol/machine-spec.ts';
import { createDisk } from '../../qemu/disk-image.ts';
import { givenDisk } from '../add-disk.ts';
import type { Context } from './context.ts';

/**
 * The disks that were asked for beside what is booted: new ones by their size, or files, which the guest writes to.
 * @throws `file-missing`, `disk-unfit`, `disk-full`
 */
export async function moreDisks({
  scope,
  parameters,
  stage,
  name,
}: Context): Promise<WrittenSpec['disks'] & {}> {
  const disks: WrittenSpec['disks'] & {} = [];
  for (const [index, what] of (parameters.disk ?? []).entries()) {
    const bytes = parseSize(what);
    if (bytes === undefined) {
      disks.push(givenDisk(name, what));
      continue;
    }
    const file = `disk${index + 1}.qcow2`;
    await createDisk(scope, join(stage, file), bytes);
    disks.push({ file });
  }
  return disks;
}
