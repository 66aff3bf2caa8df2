import { dirname } from 'node:path';
import type { Busybox } from './busybox.ts';
import type { CpioEntry, CpioFile } from './cpio.ts';
import type { GuestFile } from './guest-files.ts';
import { type Module, modulesAlias, modulesDep } from './modules.ts';

export interface InitramfsParts {
  busybox: Busybox;
  guest: GuestFile[];
  /** The kernel's release, under which its modules are looked for. */
  release: string;
  modules: Module[];
}

/** Where init mounts something, and where users expect to be at home. */
const directories = ['proc', 'sys', 'dev', 'tmp', 'run', 'root', 'data', 'mnt', 'var'];

/** A guest's first root directory: busybox under all its names, its own few files, and modules as they are. */
export function busyboxInitramfs({ busybox, guest, release, modules }: InitramfsParts): CpioEntry[] {
  return withParents([
    ...directories.map((path): CpioEntry => ({ kind: 'directory', path, mode: 0o755 })),
    // The kernel gives these to the first process, before that one can mount anything on /dev.
    { kind: 'character', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    { kind: 'character', path: 'dev/null', mode: 0o666, major: 1, minor: 3 },
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: busybox.content },
    ...busybox.applets.map((path): CpioEntry => ({ kind: 'symlink', path, target: '/bin/busybox' })),
    ...guest.map(({ path, content }) => file(path, content)),
    ...moduleFiles(release, modules),
  ]);
}

/** The modules of a kernel where it, and modprobe, look for them. */
export function moduleFiles(release: string, modules: readonly Module[]): CpioFile[] {
  const library = `lib/modules/${release}`;
  return [
    ...modules.map(({ path, content }) => file(`${library}/${path}`, content)),
    file(`${library}/modules.dep`, Buffer.from(modulesDep(modules))),
    file(`${library}/modules.alias`, Buffer.from(modulesAlias(modules))),
  ];
}

/** A file that is a script can be run, whatever its permissions were where this package was unpacked. */
function file(path: string, content: Buffer): CpioFile {
  const script = content.subarray(0, 2).toString() === '#!';
  return { kind: 'file', path, mode: script ? 0o755 : 0o644, content };
}

/** The entries, each behind the directories that lead to it. @param there paths of directories that need not come */
export function withParents(entries: readonly CpioEntry[], there: Iterable<string> = []): CpioEntry[] {
  const known = new Set(['.', ...there]);
  const missing = (path: string): CpioEntry[] => {
    const parent = dirname(path);
    if (known.has(parent)) return [];
    known.add(parent);
    return [...missing(parent), { kind: 'directory', path: parent, mode: 0o755 }];
  };
  return entries.flatMap((entry) => {
    const parents = missing(entry.path);
    if (entry.kind === 'directory') known.add(entry.path);
    return [...parents, entry];
  });
}
