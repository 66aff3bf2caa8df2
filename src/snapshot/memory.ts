import { createHash } from 'node:crypto';
import {
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { temporaryName } from '../host/atomic-file.ts';
import { fileChunks } from '../host/file-chunks.ts';
import { held, type OpenFile } from '../host/open-file.ts';
import { runTool } from '../host/run-tool.ts';
import { isTmpfs } from '../host/tmpfs.ts';

/** The file in which a QEMU has its main memory (see ../qemu/devices/memory.ts), or undefined where it has none. */
export function openMemoryOf(pid: number, bytes: number): string | undefined {
  return openBy(pid, bytes, (path) => path.startsWith('/memfd:memory-backend'));
}

/** The memory file on which a fork's lies, whatever became of its name. */
export function memoryBelow(pid: number, bytes: number): string | undefined {
  const mapped = readFileSync(`/proc/${pid}/maps`, 'utf8');
  return openBy(pid, bytes, (path) => path.startsWith('/') && mapped.includes(` ${path}\n`));
}

function openBy(pid: number, bytes: number, fits: (path: string) => boolean): string | undefined {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory)
    .map((descriptor) => join(directory, descriptor))
    .find((path) => fits(target(path)) && statSync(path).size === bytes);
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // closed meanwhile
  }
}

/** Copies memory with holes in the place of zeroes. @throws `disk-full` */
export async function copyMemory(scope: Scope, from: string, to: string): Promise<void> {
  await runTool(scope, 'cp', ['--sparse=always', from, to], { doing: 'Copying the memory', writes: to });
}

/** Bytes that are left free on a tmpfs for everybody else. */
const spare = 2 ** 26;

/** Linux's O_TMPFILE (open(2)); Node has no name for it. */
const nameless = 0o20000000 | constants.O_DIRECTORY;

/**
 * Makes an empty file for memory that nobody has to remove: it is there by this process, and for as long as somebody
 * maps it. On a tmpfs where `bytes` fit, else beside the machines.
 * @param directory of the machines
 */
export function passingMemory(directory: string, bytes: number): OpenFile {
  return held(openNameless(fits('/dev/shm', bytes) ? '/dev/shm' : directory));
}

function openNameless(directory: string): number {
  try {
    return openSync(directory, nameless | constants.O_RDWR, 0o600);
  } catch {
    // Not every file system has files without a name from the beginning.
    const path = temporaryName(join(directory, 'memory'));
    const descriptor = openSync(path, 'wx+', 0o600);
    rmSync(path);
    return descriptor;
  }
}

function fits(directory: string, bytes: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return isTmpfs(directory) && bavail * bsize > bytes + spare;
  } catch {
    return false;
  }
}

const zeroes = Buffer.alloc(2 ** 18);

/** What tells a memory file from any other: the places and contents of its blocks that are not all zero. */
export async function digestMemory(scope: Scope, file: string): Promise<string> {
  const hash = createHash('sha256');
  let at = 0;
  for await (const chunk of fileChunks(scope, file)) {
    if (chunk.compare(zeroes, 0, chunk.length) !== 0) hash.update(`${at}:`).update(chunk);
    at += chunk.length;
  }
  return hash.update(String(at)).digest('hex');
}
