import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { isAlive, type ProcessIdentity, worksIn } from '../host/process-identity.ts';
import { fileOf, machineFiles, remains } from './files.ts';
import type { Machine } from './machine.ts';

/**
 * What is said of QEMU in supervise/life, one line. A start writes `starting`, `run` then `running PID STARTED
 * BOOT`, and `finish` takes the file away or writes `restarting PID STARTED BOOT REASON…` (it waits for the next
 * try) or `failed REASON…`. No file: stopped.
 */
export type Life =
  | { word: 'starting' }
  | { word: 'running'; process: ProcessIdentity }
  | { word: 'restarting'; process: ProcessIdentity; reason: string }
  | { word: 'failed'; reason: string };

/** @returns undefined where nothing is said, or nothing that can be read */
export function readLife(machine: Pick<Machine, 'directory'>): Life | undefined {
  const file = fileOf(machine, 'life');
  if (!existsSync(file)) return undefined; // asked first: a thousand errors take longer than a thousand looks
  try {
    return parseLife(readFileSync(file, 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export function parseLife(text: string): Life | undefined {
  const [word, ...rest] = text.trim().split(' ');
  if (word === 'starting') return { word };
  if (word === 'failed') return { word, reason: rest.join(' ') };
  if (word !== 'running' && word !== 'restarting') return undefined;
  const [pid, started = '', boot = '', ...reason] = rest;
  const process = { pid: Number(pid), started, boot };
  return word === 'running' ? { word, process } : { word, process, reason: reason.join(' ') };
}

/** Whether the process that the life speaks of is there: QEMU, or `finish` on its way to the next try. */
export function isLiving(
  machine: Pick<Machine, 'directory'>,
  life: Life | undefined,
): life is Extract<Life, { process: ProcessIdentity }> {
  // A copy of a running machine's directory has its life as well, but not its process.
  return (
    life !== undefined &&
    'process' in life &&
    isAlive(life.process) &&
    worksIn(life.process.pid, machine.directory)
  );
}

export function recordStarting(machine: Machine): void {
  mkdirSync(dirname(fileOf(machine, 'life')), { recursive: true, mode: 0o700 });
  writeFileAtomic(fileOf(machine, 'life'), 'starting\n', { durable: false });
}

export function recordFailure(machine: Machine, reason: string): void {
  writeFileAtomic(fileOf(machine, 'life'), `failed ${reason.replaceAll('\n', ' ')}\n`, { durable: false });
}

/**
 * Has whoever watches the machine look at it: something about it has changed that the files they watch do not show
 * (see watch/).
 */
export function announce(machine: Machine): void {
  const now = new Date();
  try {
    utimesSync(fileOf(machine, 'life'), now, now);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error; // it is down: then its files are watched
  }
}

/** Takes away what a QEMU left that ended with nobody to tidy up behind it. */
export function clearRemains(machine: Machine): void {
  for (const file of [machineFiles.life, ...remains]) rmSync(join(machine.directory, file), { force: true });
}
