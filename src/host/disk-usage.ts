import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../base/errors.ts';

/**
 * Bytes that a file or a directory with all in it takes on the disk. What vanishes meanwhile takes none, and what is
 * in a directory that may not be read is not counted.
 */
export function diskUsage(path: string): number {
  try {
    const stats = lstatSync(path);
    const inside = stats.isDirectory() ? entriesOf(path) : [];
    return inside.reduce((sum, entry) => sum + diskUsage(join(path, entry)), stats.blocks * 512);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoOf(error) === 'EACCES') return [];
    throw error;
  }
}
