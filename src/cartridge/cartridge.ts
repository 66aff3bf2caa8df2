import { readFileSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { CartridgeSpec } from '../protocol/cartridge-spec.ts';
import { type Builder, builderOf } from './builders/builders.ts';
import { parseCartridge } from './cartridge-file.ts';
import { cartridgeFile } from './files.ts';
import { type Injection, injectionsOf } from './injections.ts';

/** A project that builds an operating system. Paths are absolute, without symbolic links up to the project. */
export interface Cartridge {
  directory: string;
  name: string;
  builder: Builder;
  /** What builders leave behind. All of it lies below the project. */
  work: string[];
  caches: string[];
  /** A pattern of files below the project's directory, where the ISO comes out. */
  output: string;
  inject: Injection[];
  env: Record<string, string>;
  /** How it is booted: parameters of `vm run`. */
  run: CartridgeSpec['run'];
}

/**
 * Reads the cartridge of a directory.
 * @throws `cartridge-not-found`, `cartridge-invalid`
 */
export function openCartridge(path: string): Cartridge {
  const { directory, text } = read(path);
  const spec = parseCartridge(text, join(path, cartridgeFile));
  const name = spec.name ?? nameOf(directory);
  const builder = builderOf(spec.builder);
  const output = spec.output ?? builder.output;
  const inProject = (paths: string | readonly string[]) => [paths].flat().map((it) => join(directory, it));
  const work = spec.work ?? builder.work;
  return {
    directory,
    name,
    builder,
    work: inProject(work),
    caches: inProject(spec.cache ?? builder.caches),
    output,
    inject: injectionsOf(directory, spec.inject, [work].flat(), output),
    env: spec.env,
    run: spec.run,
  };
}

function read(path: string): { directory: string; text: string } {
  try {
    const directory = realpathSync(path);
    return { directory, text: readFileSync(join(directory, cartridgeFile), 'utf8') };
  } catch (error) {
    if (!errnoOf(error)) throw error;
    throw new VivariumError('cartridge-not-found', { directory: resolve(path) }, { cause: error });
  }
}

/** The name of a directory, made one for files and machines. */
export function nameOf(directory: string): string {
  const name = basename(directory).replaceAll(/[^A-Za-z0-9._+-]+/g, '-');
  return name.replace(/^[^A-Za-z0-9]+/, '').slice(0, 63) || 'system';
}
