import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import type { Home } from '../machine/home.ts';
import { isLiving, readLife } from '../machine/life.ts';
import { listMachines, type Machine } from '../machine/machine.ts';

/** A file that is the main memory of running guests: of one, or below what is their own of several forks. */
export interface HeldMemory {
  /** The machines' names. */
  machines: string[];
  /** What the guest sees, and what it takes of the host's memory or disk. */
  size: number;
  bytes: number;
}

/** The memory files of all machines that run, each once, by whoever has it mapped; it need not have a name any more. */
export function heldMemory(home: Home): HeldMemory[] {
  const files = new Map<string, HeldMemory>();
  for (const machine of listMachines(home)) {
    const file = memoryFile(machine);
    if (file === undefined) continue;
    const key = `${file.dev}:${file.ino}`;
    const held = files.get(key) ?? { machines: [], size: file.size, bytes: file.blocks * 512 };
    held.machines.push(machine.name);
    files.set(key, held);
  }
  return [...files.values()];
}

/** QEMU maps nothing else that it has open. */
function memoryFile(machine: Machine): Stats | undefined {
  const life = readLife(machine);
  if (!isLiving(machine, life)) return undefined;
  const { pid } = life.process;
  try {
    const mapped = new Set(readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').map(inodeOf));
    return openFiles(pid).find((file) => file.isFile() && mapped.has(String(file.ino)));
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return undefined; // it ended, or is another user's
    throw error;
  }
}

/** The fifth field of a line of /proc/PID/maps (proc(5)); 0 where no file is mapped. */
const inodeOf = (line: string) => line.split(/ +/, 5)[4];

function openFiles(pid: number): Stats[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).flatMap(
    (descriptor) => statSync(join(directory, descriptor), { throwIfNoEntry: false }) ?? [],
  );
}
