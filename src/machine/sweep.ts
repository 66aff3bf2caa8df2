import { isVivariumError } from '../base/errors.ts';
import { isAbandoned } from '../host/atomic-file.ts';
import type { Home } from './home.ts';
import { machineNames } from './machine.ts';

/** Takes away what commands that were killed have left: hidden names of processes that are gone. */
export async function sweep(home: Home): Promise<void> {
  const abandoned = machineNames(home).filter((name) => isAbandoned(name));
  if (abandoned.length === 0) return;
  const { removeAbandoned } = await import('./abandoned.ts');
  try {
    await removeAbandoned(home, abandoned);
  } catch (error) {
    if (!isVivariumError(error, 'machine-busy')) throw error; // by others who free layers: the next command sweeps
  }
}
