import { basename, join, relative, resolve } from 'node:path';
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
 * leaves behind, and what comes out of it. Pure.
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
      to: to.endsWith('/') ? join(to, basename(source)) : to,
      exclude: ['.git', ...inside.map((path) => `/${path}`), ...exclude],
    };
  });
}

/** A pattern that only the path itself matches. */
const literally = (path: string): string => path.replaceAll(/[*?[\]\\]/g, '\\$&');
