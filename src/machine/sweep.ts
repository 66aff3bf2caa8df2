import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAbandoned } from '../host/atomic-file.ts';
import type { Home } from './home.ts';

/** Takes away what a `make` or `rm` that was killed has left: hidden names of processes that are gone. */
export function sweep({ directory }: Home, names: readonly string[] = readdirSync(directory)): void {
  for (const name of names) {
    if (isAbandoned(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}
