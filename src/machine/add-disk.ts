import { existsSync, rmSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { parseSize } from '../base/sizes.ts';
import { Undo } from '../base/undo.ts';
import type { CheckedParametersOf } from '../protocol/operation.ts';
import type { Operations } from '../protocol/operations.ts';
import type { DiskView } from '../protocol/views.ts';
import { createDisk } from '../qemu/disk-image.ts';
import { readQcow2 } from '../qemu/qcow2.ts';
import { listDisks } from './disks.ts';
import { locked } from './locked.ts';
import type { Machine } from './machine.ts';
import { specText, writeLocked } from './set.ts';
import { editSpec, specName } from './spec-file.ts';

type AddParameters = Omit<CheckedParametersOf<Operations['disk.add']>, 'name'>;

/**
 * Adds a disk to machine.yaml: an empty one, made for it, or a file that is there. QEMU sees it from the next start.
 * @throws `file-missing`, `disk-unfit`, `disk-full`, `spec-missing`
 */
export async function addDisk(scope: Scope, machine: Machine, what: AddParameters): Promise<DiskView> {
  return await locked(machine, 'disk.add', async () => {
    const text = specText(machine);
    const number = listDisks(machine).length;
    await using undo = new Undo();
    const disk = {
      ...(await fileFor(scope, machine, what, undo)),
      ...(what.interface !== undefined && { interface: what.interface }),
      ...(what.readonly && { readonly: true }),
    };
    const key = number === 0 ? 'disks' : `disks.${number}`;
    writeLocked(machine, editSpec(text, specName(machine), key, number === 0 ? [disk] : disk));
    undo.keep();
    return listDisks(machine)[number] as DiskView;
  });
}

async function fileFor(scope: Scope, machine: Machine, { what, format }: AddParameters, undo: Undo) {
  const bytes = existsSync(resolve(what)) ? undefined : parseSize(what);
  if (bytes === undefined) return givenDisk(machine.name, what, format);
  const file = freeName(machine);
  const path = join(machine.directory, file);
  undo.push(() => rmSync(path, { force: true }));
  await createDisk(scope, path, bytes);
  return { file };
}

function freeName({ directory }: Machine): string {
  for (let number = 1; ; number++) {
    const name = `disk${number}.qcow2`;
    if (!existsSync(join(directory, name))) return name;
  }
}

/**
 * A disk that is there. The format is what its owner or its name says, never what is in it: that may have been a
 * guest's to write.
 * @throws `file-missing`, `disk-unfit`
 */
export function givenDisk(name: string, what: string, format?: AddParameters['format']) {
  const file = isAbsolute(what) ? what : resolve(what);
  const unfit = (problem: string) => new VivariumError('disk-unfit', { name, disk: what, problem });
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new VivariumError('file-missing', { file: what, what: 'The disk' });
  if (!found.isFile() && !found.isBlockDevice()) throw unfit('is neither a file nor a block device');
  const named = format ?? (/\.(raw|img)$/.test(file) ? 'raw' : /\.qcow2$/.test(file) ? 'qcow2' : undefined);
  if (!named) throw unfit('does not tell its format by its name: say --format raw or --format qcow2');
  if (named === 'qcow2' && !readQcow2(file)) throw unfit('is not in the format qcow2; perhaps --format raw');
  return { file, ...(named === 'raw' && { format: 'raw' as const }) };
}
