import { isAbandoned } from '../host/atomic-file.ts';
import type { Home } from './home.ts';
import { machineNames } from './machine.ts';

/** Takes away what commands that were killed have left: hidden names of processes that are gone. */
export async function sweep(home: Home): Promise<void> {
  const abandoned = machineNames(home).filter((name) => isAbandoned(name));
  if (abandoned.length === 0) return;
  const { removeAbandoned } = await import('./abandoned.ts');
  await removeAbandoned(home, abandoned);
}
