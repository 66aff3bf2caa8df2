import { VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { agentListens } from './agent.ts';
import { ask } from './ask.ts';
import { runGuestScript } from './guest-script.ts';
import type { Machine } from './machine.ts';
import { shareHeld } from './share-held.ts';

/**
 * Has the guest unmount the host's directories, as QEMU does not save a machine that has one mounted (9p). Whoever was
 * given `true` calls `takeShares` for the machine and for each that goes on from what was saved: the guest itself
 * remembers what it had where.
 * @returns whether there was anything to unmount
 * @throws `share-mounted` with who uses it, and all is mounted as before; `agent-failed`, `machine-busy`
 */
export async function releaseShares(scope: Scope, machine: Machine): Promise<boolean> {
  const tag = await heldShare(scope, machine);
  if (tag === undefined) return false;
  const refuse = (share: string, reason: string, path = `/mnt/${share}`) =>
    new VivariumError('share-mounted', { name: machine.name, share, path, reason });
  if (!(await agentListens(scope, machine)))
    throw refuse(tag, 'its guest has no agent that could unmount it');
  const { code, lines, error } = await runGuestScript(scope, machine, 'shares', ['release']);
  const [busy, path, reason] = lines[0]?.split('\t') ?? [];
  if (code !== 0) throw refuse(busy ?? tag, reason ?? error, path);
  const still = await heldShare(scope, machine);
  if (still === undefined) return true;
  await takeShares(scope, machine);
  throw refuse(still, 'a container, or whoever else has mounts of its own there, keeps it');
}

/** Has the guest mount again what it has unmounted, and warns of what it could not. Never fails. */
export async function takeShares(scope: Scope, machine: Machine): Promise<void> {
  const warn = (what: string) => scope.warn(`${machine.name}: ${what}`);
  try {
    const { code, lines, error } = await runGuestScript(scope, machine, 'shares', ['take']);
    if (code !== 0 && lines.length === 0) warn(`its shares could not be mounted again: ${error}`);
    for (const line of lines) {
      const [tag, path, reason] = line.split('\t');
      warn(`the share ${tag} could not be mounted on ${path} again: ${reason}`);
    }
  } catch (error) {
    scope.check();
    if (!(error instanceof VivariumError)) throw error;
    warn(`its shares could not be mounted again: ${error.message}`);
  }
}

/** The tag of a share that the guest has mounted, as far as QEMU knows. */
async function heldShare(scope: Scope, machine: Machine): Promise<string | undefined> {
  const { 'blocked-reasons': reasons } = await ask<{ 'blocked-reasons'?: string[] }>(
    scope,
    machine,
    'query-migrate',
  );
  return reasons?.map(shareHeld).find((tag) => tag !== undefined);
}
