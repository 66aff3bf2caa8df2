import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { type Lock, lock } from '../host/lock.ts';
import type { Cartridge } from './cartridge.ts';
import { statePath } from './files.ts';

/**
 * Makes a cartridge's state directory, and keeps others from building or ejecting meanwhile.
 * @throws `cartridge-busy`
 */
export async function holdCartridge({ directory }: Cartridge): Promise<Lock> {
  const ignore = statePath(directory, 'ignore');
  const state = dirname(ignore);
  mkdirSync(state, { recursive: true });
  const held = await lock(state, { wait: 0 });
  if (!held) throw new VivariumError('cartridge-busy', { directory, by: 'another vm build or vm eject' });
  writeFileSync(ignore, '*\n');
  return held;
}
