import { readFileSync, rmSync } from 'node:fs';
import { errnoOf } from '../base/errors.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { environmentOf, processes } from '../host/holders.ts';
import { identityOf, isAlive, type ProcessIdentity, parentOf } from '../host/process-identity.ts';
import { statePath } from './files.ts';

/** The variable by which all processes of a build are known; its value is another in each. */
export const buildVariable = 'VIVARIUM_BUILD';

/** A build that was begun: whose end nobody has seen as long as this is there. */
export interface BuilderRecord {
  /** The first process of the builder, which leads the group of the others. */
  leader: ProcessIdentity;
  /** The value of `buildVariable`. */
  token: string;
}

export function recordBuilder(directory: string, pid: number, token: string): void {
  const leader = identityOf(pid);
  if (!leader) return; // gone already
  const record: BuilderRecord = { leader, token };
  writeFileAtomic(statePath(directory, 'builder'), `${JSON.stringify(record)}\n`, { durable: false });
}

export function forgetBuilder(directory: string): void {
  rmSync(statePath(directory, 'builder'), { force: true });
}

/** Undefined where there is none, or none that can be read: it is no more than a hint. */
function readBuilder(directory: string): BuilderRecord | undefined {
  try {
    const { leader, token } = JSON.parse(readFileSync(statePath(directory, 'builder'), 'utf8'));
    return typeof token === 'string' && token !== '' && Number.isInteger(leader?.pid)
      ? { leader, token }
      : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * What still runs of a build whose `vm` was killed: processes that carry its mark in their environment, its first
 * one, and all that these have started, as `sudo` hides the mark.
 */
export function buildersOf(directory: string): number[] {
  const record = readBuilder(directory);
  if (!record) return [];
  const mark = `${buildVariable}=${record.token}`;
  const all = processes();
  const ours = new Set(all.filter((pid) => environmentOf(pid).includes(mark)));
  if (isAlive(record.leader)) ours.add(record.leader.pid);
  for (let before = -1; before !== ours.size; ) {
    before = ours.size;
    for (const pid of all) if (ours.has(parentOf(pid)?.pid ?? 0)) ours.add(pid);
  }
  return [...ours];
}
