import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import { uefiFiles } from '../qemu/firmware-files.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import { isSeeded, writeSeed } from './seed.ts';

/**
 * Before a start: every file that the spec names is there, a UEFI machine has variables of its own, and a guest that
 * listens to a seed has one.
 * @throws `file-missing` naming the key, `tool-missing`, `seed-unfit`
 */
export async function prepareFiles(scope: Scope, machine: Machine, { spec, image }: Plan): Promise<void> {
  if (!spec) return;
  for (const [key, file] of namedFiles(spec)) {
    if (file !== undefined && !existsSync(resolve(machine.directory, file))) {
      throw new VivariumError('file-missing', { file, what: `${machine.name}/machine.yaml: ${key}:` });
    }
  }
  if (spec.firmware === 'uefi' && !existsSync(fileOf(machine, 'uefiVariables'))) {
    writeFileAtomic(fileOf(machine, 'uefiVariables'), readFileSync(uefiFiles().variables));
  }
  if (isSeeded(spec, image)) await writeSeed(scope, machine, spec, image);
}

function namedFiles(spec: MachineSpec): [key: string, file: string | undefined][] {
  return [
    ...spec.disks.map(({ file }, index): [string, string] => [`disks.${index}.file`, file]),
    ['cdrom', spec.cdrom],
    ['kernel', spec.kernel],
    ['initrd', spec.initrd],
    ...spec.shares.map(({ path }, index): [string, string] => [`shares.${index}.path`, path]),
  ];
}
