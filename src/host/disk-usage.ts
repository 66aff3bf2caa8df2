import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';

/** Bytes that a file or a directory with all in it takes on the disk. What vanishes meanwhile takes none. */
export function diskUsage(path: string): number {
  try {
    const stats = lstatSync(path);
    const inside = stats.isDirectory() ? readdirSync(path) : [];
    return inside.reduce((sum, entry) => sum + diskUsage(join(path, entry)), stats.blocks * 512);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
