import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { quoteWord } from '../../base/quote-word.ts';
import { exactSize } from '../../base/sizes.ts';
import { moreCdrom } from '../../qemu/devices/cdrom.ts';
import { floppy } from '../../qemu/devices/floppy.ts';
import { findUefi } from '../../qemu/firmware-files.ts';
import { machineFiles } from '../files.ts';
import { type Composed, type Outcome, type Target, written } from './composed.ts';
import { type Look, lookAtDirectory, lookAtFile } from './look.ts';
import type { Part, Share } from './said.ts';

type PartOf<Key extends Part['key']> = Extract<Part, { key: Key }>;

/** A path of the source as the machine has to name it. */
function located(
  path: string,
  { directory, whole }: Target,
): { full: string; named: string; along: boolean } {
  const full = resolve(directory, path);
  const below = relative(directory, full);
  const along = whole && below !== '' && !below.startsWith('..');
  return { full, named: along ? below : full, along };
}

/** What is wrong with a file or directory, and what mends it, for people; undefined where nothing is. */
function trouble(full: string, look: Look): string | undefined {
  return {
    usable: undefined,
    missing: `${full} is not there`,
    closed: `${full} is not yours, and you may not use it (sudo chown "$USER" ${quoteWord(full)})`,
    wrong: `${full} is of another kind`,
  }[look];
}

const needed = 'the machine cannot start before that is mended';

export function placeDisk({ value, size }: PartOf<'disks'>, made: Composed, target: Target): Outcome {
  const { full, named, along } = located(value.file, target);
  const disks = made.spec.disks ?? [];
  made.spec.disks = disks;
  const name = (format: string) => `drive${disks.length || ''}.${format}`;
  const look = lookAtFile(full, { write: value.readonly !== true && target.bring !== 'copied' });
  if (look === 'missing' && size !== undefined) {
    const disk = { ...value, file: name('qcow2'), format: 'qcow2' } as const;
    made.make.push({ to: disk.file, size });
    disks.push(disk);
    return { as: `${written('disks', disk)}, new, with ${exactSize(size)}: ${full} is not there yet` };
  }
  const format = value.format ?? 'qcow2';
  const comes = look === 'usable' && statSync(full).isFile() && (along || target.bring !== undefined);
  const file = comes && !along ? name(format) : named;
  const disk = { ...value, file };
  disks.push(disk);
  if (comes) made.bring.push({ from: full, to: file, format, ...(along && { along }) });
  const how = along ? 'which comes along' : comes ? `${target.bring} from ${full}` : 'used where it is';
  const wrong = trouble(full, look);
  return {
    as: `${written('disks', disk)}, ${how}`,
    ...(wrong !== undefined && { why: `${wrong}: ${needed}` }),
  };
}

/** One CD is in machine.yaml's own drive, more are in drives that QEMU is told of. */
export function placeCd(file: string, made: Composed, target: Target): Outcome {
  const { full, named } = located(file, target);
  const wrong = trouble(full, lookAtFile(full));
  if (wrong !== undefined)
    return { why: `${wrong}: nothing is in the drive. Put something in: vm set NAME cdrom=FILE` };
  if (made.spec.cdrom === undefined) {
    made.spec.cdrom = named;
    return { as: written('cdrom', named) };
  }
  const before = made.spec.arguments ?? [];
  const args = moreCdrom(named, 1 + before.filter((it) => it.startsWith('ide-cd,')).length);
  made.spec.arguments = [...before, ...args];
  return { as: written('arguments', args) };
}

export function placeFloppy(file: string, made: Composed, target: Target): Outcome {
  const { full, named } = located(file, target);
  const wrong = trouble(full, lookAtFile(full, { write: true }));
  if (wrong !== undefined) return { why: `${wrong}: there is no floppy` };
  const args = floppy(named);
  made.spec.arguments = [...(made.spec.arguments ?? []), ...args];
  return { as: written('arguments', args) };
}

/** A machine that is booted by a kernel is nothing without it. */
export function placeKernel(
  { key, value }: PartOf<'kernel' | 'initrd'>,
  made: Composed,
  target: Target,
): Outcome {
  const { full, named } = located(value, target);
  made.spec[key] = named;
  const wrong = trouble(full, lookAtFile(full));
  return {
    as: written(key, named),
    ...(wrong !== undefined && { why: `${wrong}: ${needed}` }),
  };
}

export function placeShare(share: Share, made: Composed, target: Target): Outcome {
  const { full, named } = located(share.path, target);
  const wrong = trouble(full, lookAtDirectory(full));
  if (wrong !== undefined) return { why: `${wrong}: it is not shared` };
  const value = { ...share, path: named };
  made.spec.shares = [...(made.spec.shares ?? []), value];
  return { as: written('shares', value) };
}

/** The variables are copied, if there is firmware that can read them; else the guest starts with empty ones. */
export function placeVariables(files: readonly string[], made: Composed): Outcome {
  const looks = files.map((full) => ({ full, look: lookAtFile(full) }));
  const found = looks.find(({ look }) => look !== 'missing');
  if (!found) return {};
  const { full, look } = found;
  const empty =
    'the guest starts with empty ones, and may have to be shown its boot loader: vm boot NAME -boot menu=on';
  if (look === 'closed') {
    const mend = `sudo install -o "$USER" -m 600 ${quoteWord(full)} "$(vm vmdir)/NAME/${machineFiles.uefiVariables}"`;
    return { why: `${full} is not yours to read. Bring it, else ${empty}   ${mend}` };
  }
  const wrong = trouble(full, look);
  if (wrong !== undefined) return { why: `${wrong}: ${empty}` };
  const { size } = statSync(full);
  if (findUefi() && !findUefi(size)) {
    return {
      why: `${full} belongs to firmware with ${size} bytes of them, which is not installed: ${empty}`,
    };
  }
  made.bring.push({ from: full, to: machineFiles.uefiVariables });
  return { as: `${machineFiles.uefiVariables}, copied from ${full}` };
}
