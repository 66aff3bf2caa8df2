import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf, VivariumError } from '../base/errors.ts';
import type { Scope } from '../base/scope.ts';
import { type ModuleInfo, moduleInfo, moduleName } from './module-info.ts';
import { packingOf, unpack } from './packing.ts';

/** A kernel module as an initramfs holds it. */
export interface Module {
  name: string;
  /** Below `lib/modules/<version>`: `kernel/fs/ext4/ext4.ko`. */
  path: string;
  /** The ELF file, unpacked where the distribution packs its modules. */
  content: Buffer;
  /** Names of all modules that have to be loaded before it, in the order of loading. */
  needs: string[];
  aliases: string[];
}

export interface ModuleChoice {
  /** The wanted modules and all that they need, sorted by path. */
  modules: Module[];
  /** Wanted, but this kernel neither has them as modules nor built in. */
  missing: string[];
}

/** Somewhere that the modules of one kernel are. */
export interface ModuleSource {
  /** Each module's name, and the path of its file below `lib/modules/<version>`. */
  files: Map<string, string>;
  /** Names of what is part of the kernel itself; empty where that is not known. */
  builtIn: Set<string>;
  /** What a file holds, packed or not. */
  read(path: string): Promise<Buffer>;
}

/**
 * Chooses modules of a kernel together with all that they need. Packages of Debian's kernels come without
 * `modules.dep`, so the modules themselves are asked; of some 4000 only the chosen ones are read.
 * @param source a directory `lib/modules/<version>`, or another source
 * @throws `file-missing`, `kernel-unreadable`, `tool-missing` where modules are packed by xz and it is not there
 */
export async function chooseModules(
  scope: Scope,
  source: string | ModuleSource,
  wanted: readonly string[],
): Promise<ModuleChoice> {
  const { files, builtIn, read } = typeof source === 'string' ? await modulesIn(source) : source;
  const chosen = new Map<string, { path: string; content: Buffer; info: ModuleInfo }>();
  const missing = new Set<string>();
  const queue = wanted.map(moduleName);
  for (const name of queue) {
    const path = files.get(name);
    if (chosen.has(name) || builtIn.has(name)) continue;
    if (!path) {
      missing.add(name);
      continue;
    }
    const content = await unpackModule(scope, await read(path), path);
    const info = moduleInfo(content, path);
    chosen.set(name, { path: path.replace(/\.ko\..*$/, '.ko'), content, info });
    const { pre, post } = info.softdep;
    queue.push(...info.depends, ...[...pre, ...post].filter((other) => files.has(other)));
  }
  const needs = needsOf(new Map([...chosen].map(([name, { info }]) => [name, info])));
  const modules = [...chosen].map(([name, { path, content, info }]): Module => {
    return { name, path, content, needs: needs(name), aliases: info.aliases };
  });
  modules.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { modules, missing: [...missing] };
}

/** The text of `modules.dep` for these modules: depmod's, where what is to be loaded first comes last. */
export function modulesDep(modules: readonly Pick<Module, 'name' | 'path' | 'needs'>[]): string {
  const paths = new Map(modules.map(({ name, path }) => [name, path]));
  return modules
    .map(
      ({ path, needs }) =>
        `${path}:${needs
          .toReversed()
          .map((name) => ` ${paths.get(name)}`)
          .join('')}\n`,
    )
    .join('');
}

/** The text of `modules.alias` for these modules. */
export function modulesAlias(modules: readonly Pick<Module, 'name' | 'aliases'>[]): string {
  return modules.flatMap(({ name, aliases }) => aliases.map((alias) => `alias ${alias} ${name}\n`)).join('');
}

async function modulesIn(directory: string): Promise<ModuleSource> {
  return {
    files: await moduleFiles(directory),
    builtIn: await builtInModules(directory),
    read: (path) => readFile(join(directory, path)),
  };
}

/** The path of a module's file by its name, of all `paths`. */
export function modulesByName(paths: readonly string[]): Map<string, string> {
  const modules = paths.filter((path) => /\.ko(\.(gz|xz|zst))?$/.test(path));
  return new Map(modules.map((path) => [moduleName(basename(path).replace(/\.ko.*$/, '')), path]));
}

async function moduleFiles(directory: string): Promise<Map<string, string>> {
  try {
    return modulesByName(await readdir(directory, { recursive: true }));
  } catch (error) {
    if (!errnoOf(error)) throw error;
    const what = "The directory of the kernel's modules";
    throw new VivariumError('file-missing', { file: directory, what }, { cause: error });
  }
}

async function builtInModules(directory: string): Promise<Set<string>> {
  return builtInNames(await readFile(join(directory, 'modules.builtin'), 'utf8').catch(() => ''));
}

/** The names in the text of `modules.builtin`. */
export function builtInNames(text: string): Set<string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Set(lines.map((line) => moduleName(basename(line, '.ko'))));
}

/** @throws `kernel-unreadable`, `tool-missing` */
export async function unpackModule(scope: Scope, bytes: Buffer, file: string): Promise<Buffer> {
  const packing = packingOf(bytes);
  if (!packing) throw new VivariumError('kernel-unreadable', { file, problem: 'it is no kernel module' });
  return unpack(scope, packing, bytes, file);
}

/** What has to be loaded before each of some modules, of these alone and in the order of loading. */
export function needsOf(infos: ReadonlyMap<string, ModuleInfo>): (name: string) => string[] {
  const before = (name: string): string[] => {
    const info = infos.get(name);
    return info ? [...info.softdep.pre, ...info.depends].filter((other) => infos.has(other)) : [];
  };
  return (name) => whatPrecedes(name, before);
}

/** All that has to come before `name`, directly or not, in an order that allows for it. */
function whatPrecedes(name: string, before: (name: string) => string[]): string[] {
  const order: string[] = [];
  const seen = new Set([name]);
  const visit = (name: string): void => {
    for (const other of before(name)) {
      if (seen.has(other)) continue;
      seen.add(other);
      visit(other);
      order.push(other);
    }
  };
  visit(name);
  return order;
}
