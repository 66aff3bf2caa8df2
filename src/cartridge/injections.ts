import { existsSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { VivariumError } from '../base/errors.ts';
import { literally } from '../boot/initramfs/exclude.ts';
import type { CartridgeSpec } from '../protocol/cartridge-spec.ts';
import { stateDirectory } from './files.ts';

/** Something of the host that goes into a system. */
export interface Injection {
  /** A file, or a directory whose content goes; absolute. */
  from: string;
  /** Where it is in the system; absolute. */
  to: string;
  /** Patterns, as in .gitignore. */
  exclude: string[];
}

/**
 * What a cartridge puts into its system, without what no system wants: the repository's history, what its builder
 * leaves behind, and what comes out of it.
 * @param work and `output` are relative to the project
 */
export function injectionsOf(
  directory: string,
  inject: CartridgeSpec['inject'],
  work: readonly string[],
  output: string,
): Injection[] {
  const never = [...[stateDirectory, ...work].map(literally), output].map((path) => join(directory, path));
  return inject.map(({ from, to, exclude }) => {
    const source = resolve(directory, from);
    const inside = never
      .map((path) => relative(source, path))
      .filter((path) => path !== '' && !path.startsWith('..'));
    return {
      from: source,
      to: to.endsWith('/') && !isDirectory(source) ? join(to, basename(source)) : to,
      exclude: ['.git', ...inside.map((path) => `/${path}`), ...exclude],
    };
  });
}

/** @throws `file-missing` for what is to be injected and is not there */
export function checkInjections(inject: readonly Injection[]): void {
  const missing = inject.find(({ from }) => !existsSync(from));
  if (missing)
    throw new VivariumError('file-missing', { file: missing.from, what: 'What is to be injected,' });
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
