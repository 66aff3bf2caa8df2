import { hasSubordinateIds } from './private-root.ts';

/**
 * Words to put before a program for it to run as the root of a user namespace: what belongs to this user belongs to
 * root there, and what to this user's subordinate ids, where there are any, to the other users. It keeps its pid.
 * None where we are root.
 */
export function namespaceRoot(): string[] {
  if (process.getuid?.() === 0) return [];
  return ['unshare', '--user', ...(hasSubordinateIds() ? ['--map-auto'] : []), '--map-root-user'];
}
