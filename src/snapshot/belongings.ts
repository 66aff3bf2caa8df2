import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import { fileOf, type MachineFile, machineFiles } from '../machine/files.ts';
import { lastRunOf } from '../machine/last-run.ts';
import { readLogTail } from '../machine/log-file.ts';
import type { Machine } from '../machine/machine.ts';
import { readSpec } from '../machine/spec-file.ts';
import type { MachineSpec } from '../protocol/machine-spec.ts';

/** What makes a machine beside its disks and its state: small files, of which each gets a copy. */
const copied: MachineFile[] = ['spec', 'wait', 'hooks', 'seed'];
const directories: (MachineFile | 'ssh')[] = ['templates', 'ssh'];

/** Bytes of what the console has said that go along: a fork's log begins with them, and so its console shows where it is. */
const said = 65_536;

/**
 * Gives a directory what a machine is made of, but for its disks and state; of its log, the end. Large files that the spec names in
 * the machine's own directory (a kernel, an ISO) become the very same files under another name.
 */
export function copyBelongings(machine: Machine, to: string): void {
  const spec = readSpec(machine);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const file of copied) copyIfThere(fileOf(machine, file), join(to, machineFiles[file as 'spec']));
  for (const name of directories) {
    const from = join(machine.directory, name);
    if (existsSync(from)) cpSync(from, join(to, name), { recursive: true, preserveTimestamps: true });
  }
  for (const file of spec ? namedFiles(machine, spec) : [])
    linkOrCopy(join(machine.directory, file), join(to, file));
  const { bytes } = readLogTail(machine, said);
  mkdirSync(join(to, machineFiles.log));
  writeFileSync(join(to, machineFiles.logCurrent), lastRunOf(bytes.toString('latin1')), 'latin1');
}

/** Brings the belongings that were kept into the directory of a new machine; what was one file before is so again. */
export function layOutBelongings(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [path, place] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) cpSync(path, place, { recursive: true, preserveTimestamps: true });
    else if (statSync(path).nlink > 1) linkOrCopy(path, place);
    else copyFileSync(path, place);
  }
}

/** Files in the machine's own directory that QEMU only reads. */
function namedFiles(machine: Machine, spec: MachineSpec): string[] {
  const readonly = spec.disks.filter(({ readonly }) => readonly).map(({ file }) => file);
  return [spec.kernel, spec.initrd, spec.cdrom, spec.seed?.userData, ...readonly].flatMap((file) => {
    const own = file !== undefined && dirname(normalize(file)) === '.' ? basename(file) : undefined;
    return own !== undefined && statSync(join(machine.directory, own), { throwIfNoEntry: false })?.isFile()
      ? [own]
      : [];
  });
}

function copyIfThere(from: string, to: string): void {
  if (existsSync(from)) copyFileSync(from, to);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes(errnoOf(error) ?? '')) throw error;
    copyFileSync(from, to);
  }
}
