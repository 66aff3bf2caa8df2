import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scope } from '../base/scope.ts';
import { writeFileAtomic } from '../host/atomic-file.ts';
import { indexFile, type ModuleIndex } from './module-index-file.ts';
import { type ModuleInfo, moduleInfo } from './module-info.ts';
import { builtInNames, modulesAlias, modulesByName, modulesDep, needsOf, unpackModule } from './modules.ts';

/**
 * Writes what depmod(8) would into a `lib/modules/<release>` that lacks it, as those in Debian's packages do: the
 * texts by which busybox's modprobe finds modules, and what that of kmod reads.
 * @throws `kernel-unreadable`, `tool-missing` where modules are packed and what unpacks them is not there
 */
export async function indexModules(scope: Scope, directory: string): Promise<void> {
  const at = (name: string) => join(directory, name);
  if (existsSync(at('modules.dep'))) return;
  scope.step("Indexing the kernel's modules");
  const paths = modulesByName(readdirSync(directory, { recursive: true, encoding: 'utf8' }));
  const infos = new Map<string, ModuleInfo>();
  for (const [name, path] of paths) {
    infos.set(name, moduleInfo(await unpackModule(scope, await readFile(at(path)), path), path));
  }
  const needs = needsOf(infos);
  const modules = [...infos].map(([name, { aliases }]) => {
    return { name, path: paths.get(name) as string, needs: needs(name), aliases };
  });
  const builtIn = existsSync(at('modules.builtin')) ? readFileSync(at('modules.builtin'), 'utf8') : '';
  const dep = modulesDep(modules);
  const lines = dep.trimEnd().split('\n');
  const binaries: Record<string, ModuleIndex> = {
    'modules.dep.bin': modules.map(({ name }, index) => [name, lines[index] as string]),
    'modules.alias.bin': modules.flatMap(({ name, aliases }) =>
      aliases.map((it) => [plain(it), name] as const),
    ),
    'modules.symbols.bin': [],
    'modules.builtin.bin': [...builtInNames(builtIn)].map((name) => [name, '']),
    'modules.builtin.alias.bin': [],
  };
  const write = (name: string, content: string | Uint8Array) =>
    writeFileAtomic(at(name), content, { durable: false });
  for (const [name, index] of Object.entries(binaries)) write(name, indexFile(index));
  write('modules.alias', modulesAlias(modules));
  write('modules.dep', dep);
}

/** An alias as kmod compares it: outside of brackets both characters are one. */
const plain = (alias: string): string =>
  alias.replace(/\[[^\]]*\]|-/g, (part) => (part === '-' ? '_' : part));
