import { join } from 'node:path';
import { temporaryName } from '../host/atomic-file.ts';
import type { Machine } from './machine.ts';

/**
 * A hidden name for what is being made for a machine, or was just taken out of it. It lies beside the machines, where
 * what a killed process leaves is found (see sweep.ts).
 */
export function hiddenPlace({ home, name }: Machine, what: string): string {
  return temporaryName(join(home.directory, `${name}.${what}`));
}
