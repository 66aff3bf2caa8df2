import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { parentOf, worksIn } from '../host/process-identity.ts';
import { runitFiles } from './files.ts';
import { readServiceStatus } from './status.ts';

/** The letters of runsv's control FIFO that are used here (runsv(8)). */
export type ControlLetter = 'u' | 'd' | 'o' | 'p' | 'c' | 't' | 'k' | 'x';

/** Whether a runsv watches the directory: then, and only then, supervise/ok has a reader. */
export function supervisorAlive(directory: string): boolean {
  return writeFifo(join(directory, runitFiles.ok), '');
}

/** Whether a log service is still at work: it ends some time after its supervisor, when it has read to the end. */
export function logServiceAlive(directory: string): boolean {
  const log = join(directory, runitFiles.log);
  return worksIn(readServiceStatus(log)?.pid ?? 0, log);
}

/** Gives runsv a command. @returns false where no runsv reads it */
export function control(directory: string, letters: ControlLetter): boolean {
  return writeFifo(join(directory, runitFiles.control), letters);
}

/** runsv's process, by the lock that it holds, and whether a runsvdir has started it. */
export function findSupervisor(
  directory: string,
): { pid: number | undefined; by: 'runsvdir' | 'vm' } | undefined {
  if (!supervisorAlive(directory)) return undefined;
  const pid = lockHolder(directory);
  return { pid, by: pid !== undefined && parentOf(pid)?.command === 'runsvdir' ? 'runsvdir' : 'vm' };
}

/**
 * Starts a runsv for the directory, in a session of its own, and returns when it takes commands.
 * Without a `down` file it starts the service at once.
 */
export async function startSupervisor(
  scope: Scope,
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await spawnSupervisor(directory, env);
  await scope.until(
    () => supervisorAlive(directory) || undefined,
    () => ({ awaited: `runsv to watch ${directory}`, lines: [], hint: 'See what the host lacks: vm doctor' }),
    { every: 1, within: 5000 },
  );
}

/** The same without waiting for it to take commands. */
export async function spawnSupervisor(directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn('runsv', [directory], { cwd: '/', detached: true, stdio: 'ignore', env });
  child.unref();
  try {
    await once(child, 'spawn');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new VivariumError('tool-missing', {
      tool: 'runsv',
      purpose: 'to supervise machines (package runit)',
    });
  }
}

/**
 * Ends a supervisor that has nothing to supervise. It is killed by the pid that holds its lock, since it may sleep
 * for a second before it takes commands, and start the service again when it wakes; its log service ends with it.
 */
export function endSupervisor(directory: string): void {
  if (readServiceStatus(directory)?.state !== 'down') return;
  const pid = findSupervisor(directory)?.pid;
  if (pid === undefined) {
    control(directory, 'x');
    return;
  }
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error; // it has just gone by itself
  }
}

function writeFifo(path: string, text: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return false;
  try {
    const fifo = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      if (text !== '') writeSync(fifo, text);
    } finally {
      closeSync(fifo);
    }
    return true;
  } catch (error) {
    if (['ENXIO', 'ENOENT', 'EPIPE'].includes(errnoOf(error) ?? '')) return false; // nobody reads
    throw error;
  }
}

/**
 * The runsv of the directory, from the locks of all processes (proc(5): `… FLOCK ADVISORY WRITE pid dev:inode …`).
 * Other file systems have the same inode numbers, so it must also work in that directory, as runsv does.
 */
function lockHolder(directory: string): number | undefined {
  const inode = statSync(join(directory, runitFiles.lock), { throwIfNoEntry: false })?.ino;
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`:${inode} `) && !line.includes('->'))
    .map((line) => Number(line.trim().split(/\s+/)[4]))
    .find((pid) => pid > 0 && worksIn(pid, directory));
}
