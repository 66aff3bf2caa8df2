import { appendFileSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errnoOf, VivariumError } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { fileOf } from './files.ts';
import type { Machine } from './machine.ts';

/** What a directory with a saved state holds. */
export const savedFiles = {
  /** What the state is, and what it needs. */
  about: 'saved.json',
  /** Devices, screen and firmware: QEMU's migration stream without main memory. */
  state: 'state',
  /** Main memory, byte by byte, with holes in the place of zeroes. Never written to again. */
  memory: 'memory',
} as const;

const saved = z.object({
  version: z.literal(1),
  /** When, as ISO 8601. */
  made: z.string(),
  /** Version of the QEMU that saved it. */
  qemu: z.string(),
  /** The machine type with its version: `pc-q35-7.2`. */
  board: z.string(),
  accelerator: z.string(),
  /** Bytes of main memory. */
  memory: z.int().check(z.minimum(1)),
  /** QEMU's command line, without the program. */
  argv: z.array(z.string()),
  /** The disks of that instant; none where nobody but the machine itself goes on from it. */
  disks: z._default(
    z.array(
      z.object({
        /** Its place in machine.yaml, and its file there. */
        number: z.int(),
        file: z.string(),
        /** The frozen file (see layers.ts), its format, and bytes that the guest sees. */
        layer: z.string(),
        format: z.enum(['qcow2', 'raw']),
        size: z.int(),
      }),
    ),
    [],
  ),
  /** The guest has unmounted what the host shares, and is to mount it again. */
  shares: z._default(z.boolean(), false),
  /** By which it is known to be whole: of `state`, and of what is no zero in `memory`. */
  digests: z.optional(z.object({ state: z.string(), memory: z.string() })),
});

/** What a saved state is, and what it needs to be gone on from. */
export type Saved = z.output<typeof saved>;

/** @throws `state-broken` where it is not there, or no such thing. Only `state` has to be read to know more. */
export function readSaved(machine: Machine, directory: string): Saved {
  const file = join(directory, savedFiles.about);
  const broken = (problem: string, cause?: unknown) =>
    new VivariumError('state-broken', { name: machine.name, file, problem }, { cause });
  try {
    const [, , memory = 0] = Object.values(savedFiles).map((needed) => {
      const it = statSync(join(directory, needed), { throwIfNoEntry: false });
      if (!it?.isFile()) throw broken(`its file ${needed} is ${it ? 'no file' : 'not there'}`);
      return it.size;
    });
    const about: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const version = typeof about === 'object' && about !== null && 'version' in about && about.version;
    if (typeof version === 'number' && version > 1)
      throw broken(`it is of version ${version}, and 1 is known here`);
    const { success, data } = saved.safeParse(about);
    if (!success) throw broken('it is not as vivarium writes it');
    if (memory !== data.memory) throw broken(`its file memory has ${memory} bytes, not ${data.memory}`);
    return data;
  } catch (error) {
    if (error instanceof VivariumError) throw error;
    throw broken('it cannot be read', error);
  }
}

/** @param durable it is to survive a crash of the host */
export function writeSaved(directory: string, about: Saved, { durable = true } = {}): void {
  writeFileAtomic(join(directory, savedFiles.about), `${JSON.stringify(about, undefined, 2)}\n`, { durable });
}

/** Has the machine forget where it was: its next start boots, and what its log had before is of a run that is over. */
export function giveUpSaved(machine: Machine): void {
  rmSync(fileOf(machine, 'suspended'), { recursive: true, force: true });
  if (!existsSync(fileOf(machine, 'logCurrent'))) return;
  try {
    appendFileSync(
      fileOf(machine, 'logCurrent'),
      'vivarium: QEMU was suspended; down, its state was given up\n',
    );
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC') throw error; // a full disk has no log
  }
}

/** Whether the machine's next start goes on from a saved state. */
export function isSuspended(machine: Machine): boolean {
  return existsSync(fileOf(machine, 'suspended'));
}
