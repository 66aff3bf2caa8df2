import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';
import { uefiFiles } from '../qemu/firmware-files.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';

/**
 * Before a start: every file that the spec names is there, and a UEFI machine has variables of its own.
 * @throws `file-missing` naming the key, `tool-missing`
 */
export function prepareFiles(machine: Machine, spec: MachineSpec | undefined): void {
  if (!spec) return;
  for (const [key, file] of namedFiles(spec)) {
    if (file !== undefined && !existsSync(resolve(machine.directory, file))) {
      throw new VivariumError('file-missing', { file, what: `${machine.name}/machine.yaml: ${key}:` });
    }
  }
  if (spec.firmware === 'uefi' && !existsSync(fileOf(machine, 'uefiVariables'))) {
    writeFileAtomic(fileOf(machine, 'uefiVariables'), readFileSync(uefiFiles().variables));
  }
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
