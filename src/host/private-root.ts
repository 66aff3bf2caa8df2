import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { runTool, type ToolOptions, type ToolResult } from './run-tool.ts';

/**
 * Runs a tool as root that sees mounts and processes of its own: the real root where we are that, else the root of
 * a user namespace, where this user's subordinate ids (subuid(5)) are its other users. When this process ends,
 * however it ends, so do all processes that the tool has started, and with them all that they have mounted.
 * @throws as `runTool`
 */
export function runAsPrivateRoot(
  scope: Scope,
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolResult> {
  const user = isRoot() ? [] : ['--user', '--map-auto', '--map-root-user'];
  const namespaces = [...user, '--mount', '--pid', '--fork', '--kill-child'];
  return runTool(
    scope,
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...namespaces, command, ...args],
    options,
  );
}

/**
 * Looks whether there is a private root for this user.
 * @throws `subuids-missing`, `tool-missing`, or `command-failed` where the kernel does not allow it
 */
export async function checkPrivateRoot(scope: Scope): Promise<void> {
  const file = isRoot() ? undefined : idFiles.find((file) => !hasOwnRange(file));
  if (file !== undefined) {
    const [user = ''] = ownNames();
    throw new VivariumError('subuids-missing', { user, file, range: freeRange(linesOf(file)) });
  }
  await runAsPrivateRoot(scope, 'true', [], { doing: 'Becoming the root of a namespace' });
}

const idFiles = ['/etc/subuid', '/etc/subgid'];

/** Whether this user has subordinate ids, of users and of groups. */
export function hasSubordinateIds(): boolean {
  return idFiles.every(hasOwnRange);
}

function hasOwnRange(file: string): boolean {
  return hasRange(linesOf(file), ownNames());
}

/** The name of this user and the number; the number alone where the host has no name for it, as in containers. */
function ownNames(): string[] {
  const number = String(process.getuid?.());
  try {
    return [userInfo().username, number];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    return [number];
  }
}

/** Whether one of `names` has 65536 subordinate ids or more, which is what a distribution needs. */
export function hasRange(lines: readonly string[], names: readonly string[]): boolean {
  return lines
    .map((line) => line.split(':'))
    .some(([name = '', , count]) => names.includes(name) && Number(count) >= 65_536);
}

/** `231072-296607`: the ids behind all that are given to somebody. */
export function freeRange(lines: readonly string[]): string {
  const ends = lines.map((line) => line.split(':').slice(1).map(Number));
  const first = Math.max(100_000, ...ends.map(([start = 0, count = 0]) => start + count));
  return `${first}-${first + 65_535}`;
}

const isRoot = (): boolean => process.getuid?.() === 0;

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
